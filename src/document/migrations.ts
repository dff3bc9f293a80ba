// From every version ever written to the current one, a step at a time. testing/document-v*.json keeps one document of each.
import { err, ok, type Result } from '../base/result.ts';
import { DOCUMENT_VERSION } from './model.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type VersionError = { readonly kind: 'newerVersion'; readonly version: number } | { readonly kind: 'notADocument' };

/** `MIGRATIONS.get(n)` turns version n into version n + 1. */
export const MIGRATIONS: ReadonlyMap<number, (old: Fields) => Fields> = new Map();

/** The document as the current version writes it, or why not. The result is not validated yet. */
export function migrate(value: unknown, steps = MIGRATIONS, current: number = DOCUMENT_VERSION): Result<Fields, VersionError> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err({ kind: 'notADocument' });
  let fields: Fields = { ...value };
  for (;;) {
    const version = fields.version;
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) return err({ kind: 'notADocument' });
    if (version > current) return err({ kind: 'newerVersion', version });
    if (version === current) return ok(fields);
    const step = steps.get(version);
    if (!step) return err({ kind: 'notADocument' });
    fields = { ...step(fields), version: version + 1 };
  }
}
