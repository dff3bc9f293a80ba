// The findings in the words of one language.
import type { Language, Verdict } from './api.ts';
import type { Session } from './session.ts';

export function verdict(session: Session, _language: Language): Verdict | null {
  if (!session.analysis) return null;
  return null;
}
