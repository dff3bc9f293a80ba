// What the sharer decides: which packets, and what of them.
import type { RedactionChoices } from '../../document/redact/choices.ts';
import { STRICT_CHOICES } from '../../document/redact/choices.ts';
import type { PacketChoice } from '../../document/share/selectRows.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './ShareDialog.module.css';
import { type TextId, text } from './text.ts';

const FIRST_OCTETS = 64;

export function Choices(props: {
  readonly packets: PacketChoice;
  readonly choices: RedactionChoices;
  readonly onPackets: (packets: PacketChoice) => void;
  readonly onChoices: (choices: RedactionChoices) => void;
}) {
  const t = useText(text);
  const { choices } = props;
  const set = (part: Partial<RedactionChoices>): void => props.onChoices({ ...choices, ...part });
  const payload = (keep: RedactionChoices['payload']['keep']): RedactionChoices['payload'] =>
    keep === 'first' ? { keep, octets: FIRST_OCTETS } : { keep };
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>{t('packets')}</legend>
      <Choice
        label={t('packets')}
        value={props.packets}
        options={[
          ['findings', t('findings')],
          ['evidence', t('evidence')],
          ['all', t('all')],
        ]}
        onChange={props.onPackets}
      />
      <Choice
        label={t('payload')}
        value={choices.payload.keep}
        options={[
          ['none', t('none')],
          ['first', t('first', { n: FIRST_OCTETS })],
          ['all', t('keepAll')],
        ]}
        onChange={(keep) => set({ payload: payload(keep) })}
      />
      <Switch
        id="addresses"
        value={choices.addresses}
        values={['keep', 'replace']}
        words={['keep', 'replace']}
        // With the moment of every packet at hand, replaced addresses could be looked up in a log.
        onChange={(addresses) => set(addresses === 'replace' ? { addresses, times: 'shift' } : { addresses })}
      />
      <Switch
        id="hardware"
        value={choices.hardwareAddresses}
        values={['keep', 'replace']}
        words={['keep', 'replace']}
        onChange={(hardwareAddresses) => set({ hardwareAddresses })}
      />
      <Switch
        id="names"
        value={choices.names}
        values={['keep', 'replace']}
        words={['keep', 'replace']}
        onChange={(names) => set({ names })}
      />
      <Switch
        id="comments"
        value={choices.comments}
        values={['keep', 'drop']}
        words={['keep', 'leaveOut']}
        onChange={(comments) => set({ comments })}
      />
      <Switch
        id="notes"
        value={choices.notes}
        values={['keep', 'drop']}
        words={['keep', 'leaveOut']}
        onChange={(notes) => set({ notes })}
      />
      <Choice
        label={t('context')}
        value={choices.context}
        options={[
          ['facts', t('contextFacts')],
          ['words', t('contextWords')],
          ['drop', t('leaveOut')],
        ]}
        onChange={(context) => set({ context })}
      />
      <Switch id="times" value={choices.times} values={['keep', 'shift']} words={['keep', 'shift']} onChange={(times) => set({ times })} />
      <Button className={styles.strict} onClick={() => props.onChoices({ ...STRICT_CHOICES, notes: choices.notes })}>
        {t('replaceAll')}
      </Button>
    </fieldset>
  );
}

function Switch<V extends string>(props: {
  readonly id: TextId;
  readonly value: V;
  readonly values: readonly [V, V];
  readonly words: readonly [TextId, TextId];
  readonly onChange: (value: V) => void;
}) {
  const t = useText(text);
  const { values, words } = props;
  return (
    <Choice
      label={t(props.id)}
      value={props.value}
      options={[
        [values[0], t(words[0])],
        [values[1], t(words[1])],
      ]}
      onChange={props.onChange}
    />
  );
}

export function Choice<V extends string>(props: {
  readonly label: string;
  readonly value: V;
  readonly options: readonly (readonly [V, string])[];
  readonly onChange: (value: V) => void;
}) {
  return (
    <label className={styles.choice}>
      <span>{props.label}</span>
      <select
        value={props.value}
        onChange={(e) => {
          const chosen = props.options.find(([value]) => value === e.target.value);
          if (chosen) props.onChange(chosen[0]);
        }}
      >
        {props.options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
