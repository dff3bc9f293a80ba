// What a filter error or hint says, in words.
import type { FilterError, FilterHint } from '../../engine/model/filter.ts';
import type { Translate } from '../shared/i18n.ts';
import type { packetsText } from './text.ts';

type T = Translate<keyof typeof packetsText.en & string>;

const TYPES: Readonly<Record<string, Parameters<T>[0]>> = {
  uint: 'typeUint',
  bool: 'typeBool',
  flag: 'typeBool',
  seconds: 'typeSeconds',
  moment: 'typeMoment',
  ipv4: 'typeIpv4',
  ipv6: 'typeIpv6',
  mac: 'typeMac',
  bytes: 'typeBytes',
  text: 'typeText',
  field: 'wantField',
  value: 'wantValue',
};

export function errorText(t: T, error: FilterError): string {
  const { kind, found } = error;
  const named = TYPES[error.wanted];
  const wanted = named ? t(named) : error.wanted;
  if (kind === 'unexpected' && wanted !== '') return t('unexpectedWanted', { found, wanted });
  if (kind === 'unknownField' && wanted !== '') return t('unknownFieldSimilar', { found, wanted });
  return t(kind, { found, wanted });
}

export const hintText = (t: T, hint: FilterHint): string => t('alwaysTrue', { field: hint.field });
