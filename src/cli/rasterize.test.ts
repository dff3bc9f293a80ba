import { expect, test } from 'vitest';
import { rasterize } from './rasterize.ts';

test('draws an SVG as a PNG of twice its size', async () => {
  const png = await rasterize(
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20" fill="#c2261f"/></svg>',
    2,
  );
  const view = new DataView((png ?? new Uint8Array(24)).slice().buffer);
  expect(view.getUint32(0)).toBe(0x89504e47);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([60, 40]);
});
