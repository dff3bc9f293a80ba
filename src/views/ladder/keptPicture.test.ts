import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createKeptPicture } from './keptPicture.ts';

/** A canvas whose picture is a text; copying takes the text along. */
class FakePen {
  picture = '';
  readonly canvas = { width: 10, height: 10, pen: this };
  setTransform(): void {}
  drawImage(from: { readonly pen: FakePen }): void {
    this.picture = from.pen.picture;
  }
}

beforeEach(() => vi.stubGlobal('document', { createElement: () => ({ getContext: () => new FakePen() }) }));
afterEach(() => vi.unstubAllGlobals());

function ladderOnScreen() {
  const kept = createKeptPicture();
  const screen = new FakePen();
  const draw = vi.fn((pen: unknown) => {
    (pen as FakePen).picture = 'ladder';
  });
  const paint = (parts: readonly unknown[]): void => kept.paint(screen as never, parts, draw as never);
  return { kept, screen, draw, paint };
}

test('the same picture is drawn once, whatever is drawn over it in between', () => {
  const { kept, screen, draw, paint } = ladderOnScreen();
  paint([1]);
  for (let i = 0; i < 5; i++) {
    paint([1]);
    expect(screen.picture).toBe('ladder');
    screen.picture += ' with a halo';
    kept.spoil();
  }
  expect(draw).toHaveBeenCalledTimes(1);
});

test('a picture that a halo was drawn over is drawn anew before it is kept', () => {
  const { kept, screen, draw, paint } = ladderOnScreen();
  paint([1]);
  screen.picture += ' with a halo';
  kept.spoil();
  paint([1]);
  expect(screen.picture).toBe('ladder');
  paint([2]);
  expect(draw).toHaveBeenCalledTimes(3);
});
