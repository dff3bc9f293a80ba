import { expect, test } from 'vitest';
import { tapId } from '../../engine/model/units.ts';
import { readIncidentFile } from '../file/readIncidentFile.ts';
import { writeIncidentFile } from '../file/writeIncidentFile.ts';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { reopen } from './reopen.ts';

test('what the reader corrected goes with a shared file: the order, where captures were taken, clocks set by hand', async () => {
  const read = await readIncidentFile(await writeIncidentFile(SAMPLE_CONTENTS));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { hints } = await reopen(read.value);
  expect(hints.order).toEqual([tapId(0), tapId(1)]);
  expect([...(hints.positions ?? [])]).toEqual([[tapId(0), 'server']]);
  expect([...(hints.pinnedOffsets ?? [])]).toEqual([[tapId(1), 3_700_000_000]]);
});
