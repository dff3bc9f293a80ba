import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { readIncidentFile, startsAsIncident } from './readIncidentFile.ts';
import { splitCaptures } from './splitCaptures.ts';
import { inOrder, writeIncidentFile } from './writeIncidentFile.ts';

const opened = async (bytes: Uint8Array) => {
  const result = await readIncidentFile(bytes);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe('the incident file', () => {
  test('write, read, write is a fixpoint', async () => {
    const first = await writeIncidentFile(SAMPLE_CONTENTS);
    const { problems, ...contents } = await opened(first);
    expect(problems).toEqual([]);
    expect(contents).toEqual({ ...SAMPLE_CONTENTS, packets: inOrder(SAMPLE_CONTENTS.packets) });
    expect(Buffer.compare(await writeIncidentFile(contents), first)).toBe(0);
  });

  test('is known by its first octets', async () => {
    const bytes = await writeIncidentFile(SAMPLE_CONTENTS);
    expect(startsAsIncident(bytes.subarray(0, 131_072))).toBe(true);
    expect(startsAsIncident(splitCaptures(SAMPLE_CONTENTS)[0]?.bytes ?? new Uint8Array())).toBe(false);
    expect(startsAsIncident(new Uint8Array(10))).toBe(false);
  });

  test('cut anywhere it opens as far as it can, says what is missing, and never throws', async () => {
    const bytes = await writeIncidentFile(SAMPLE_CONTENTS);
    let packets = 0;
    for (let cut = 0; cut < bytes.length; cut++) {
      const result = await readIncidentFile(bytes.subarray(0, cut));
      if (!result.ok) {
        expect(result.error.kind).toBe('notAnIncident');
        expect(packets).toBe(0);
        continue;
      }
      expect(result.value.document.title).toBe(SAMPLE_CONTENTS.document.title);
      expect(result.value.packets.length).toBeGreaterThanOrEqual(packets);
      packets = result.value.packets.length;
      if (packets < SAMPLE_CONTENTS.packets.length)
        expect(result.value.problems).toContainEqual({ kind: 'packetsMissing', have: packets, need: 6 });
    }
    expect(packets).toBe(6);
  });

  test('damage anywhere is a problem or a refusal, never a throw', async () => {
    const bytes = await writeIncidentFile(SAMPLE_CONTENTS);
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const result = await readIncidentFile(damaged);
      if (result.ok) for (const capture of splitCaptures(result.value)) expect(capture.frames.length).toBeLessThanOrEqual(6);
    }
  });

  test('splits into the captures it came from, in their own order, with their own frame numbers', () => {
    const captures = splitCaptures(SAMPLE_CONTENTS);
    expect(captures.map((c) => [c.name, c.tap, [...c.frames]])).toEqual([
      ['pilot.pcap', 0, [2, 3, 9]],
      ['envoy.pcap', 1, [3, 7, 8]],
    ]);
  });
});

describe.runIf(spawnSync('tshark', ['--version']).status === 0 && spawnSync('capinfos', ['--version']).status === 0)('Wireshark', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const written = (async () => {
    const path = join(dir, 'incident.pcapng');
    writeFileSync(path, await writeIncidentFile(SAMPLE_CONTENTS));
    return path;
  })();

  test('opens it without a warning and shows notes as packet comments', async () => {
    const args = ['-r', await written, '-T', 'fields', '-e', 'frame.number', '-e', 'frame.interface_name', '-e', 'frame.comment'];
    const { stdout, stderr, status } = spawnSync('tshark', args, { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'))).toEqual([]);
    expect(status).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows.map((r) => r[1])).toEqual(['envoy', 'pilot', 'envoy', 'envoy', 'pilot', 'pilot']);
    expect(rows[2]?.[2]).toContain('Hopscope note: The **leaked** segment');
    expect(rows[2]?.[2]).toContain('Hopscope leak-old-segment 2/2: leaks');
  });

  test('capinfos reads the section comment and both interfaces', async () => {
    const { stdout, stderr, status } = spawnSync('capinfos', [await written], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stderr.replaceAll(/Running as user.*\n?/g, '')).toBe('');
    expect(stdout).toContain('Pilot push resets, cell 12');
    expect(stdout).toMatch(/Number of interfaces in file:\s+2/);
    expect(stdout).toMatch(/Number of packets:\s+6/);
  });
});
