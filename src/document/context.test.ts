// What context files said goes with an incident: whoever opens it is told the same, and nothing else of the files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NO_CONTEXT } from '../engine/model/context.ts';
import { contextOf, hasScenarios, SCENARIOS } from '../testing/scenarios.ts';
import { concerning, factsOf, factsOfFile, joinFacts, recordContext } from './context.ts';

describe.runIf(hasScenarios)('the facts of a node’s own files', () => {
  const facts = hasScenarios ? contextOf('context-files') : NO_CONTEXT;

  test('there and back is the same, but for settings that say nothing of packets', () => {
    const again = factsOf(JSON.parse(JSON.stringify(recordContext(facts))));
    expect({ ...again, sysctl: null }).toEqual({ ...facts, sysctl: null });
    for (const [name, value] of again.sysctl) expect(facts.sysctl.get(name)).toEqual(value);
    expect([...again.sysctl.keys()].filter((name) => name.startsWith('net.netfilter.nf_conntrack_tcp')).length).toBeGreaterThan(5);
  });

  test('file by file and joined again it is the same', () => {
    const record = recordContext(facts);
    const parts = record.files.map((f) => factsOfFile(record, f.name));
    const joined = parts.reduce(joinFacts);
    expect(recordContext(joined)).toEqual(record);
  });

  test('of what concerns no packet nothing is kept', () => {
    const none = concerning(recordContext(facts), () => false);
    expect([none.names, none.services, none.conntrack]).toEqual([[], [], []]);
    expect(none.sysctl.length).toBeGreaterThan(0);
    const text = JSON.stringify(concerning(recordContext(facts), (address) => address === '10.148.74.37'));
    expect(text).toContain('10.148.74.37');
    for (const file of readdirSync(join(SCENARIOS, 'context-files')).filter((f) => f.endsWith('.txt')))
      expect(text).not.toContain(readFileSync(join(SCENARIOS, 'context-files', file), 'utf8').slice(0, 400));
  });
});
