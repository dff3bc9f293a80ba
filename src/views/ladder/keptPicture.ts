// Hovering changes one halo: the picture beneath is kept as pixels as long as nothing that it is made of changes.

type Pen = CanvasRenderingContext2D;

export interface KeptPicture {
  /** Draws with `draw`, or brings back what it drew before when `parts` are the same as last time. */
  readonly paint: (pen: Pen, parts: readonly unknown[], draw: (pen: Pen) => void) => void;
  /** Something was drawn over the picture on screen. */
  readonly spoil: () => void;
}

export function createKeptPicture(): KeptPicture {
  let before: readonly unknown[] = [];
  let layer: Pen | null = null;
  let isHeld = false;
  /** The picture stands on screen as it was drawn. */
  let isClean = false;

  /** A canvas of the same size; set anew it is empty. */
  function layerFor({ canvas }: Pen): Pen | null {
    layer ??= document.createElement('canvas').getContext('2d', { alpha: false });
    if (layer && (layer.canvas.width !== canvas.width || layer.canvas.height !== canvas.height)) {
      layer.canvas.width = canvas.width;
      layer.canvas.height = canvas.height;
    }
    return layer;
  }

  function copy(from: Pen, to: Pen): void {
    to.setTransform(1, 0, 0, 1, 0, 0);
    to.drawImage(from.canvas, 0, 0);
  }

  return {
    paint: (pen, parts, draw) => {
      const isSame = parts.length === before.length && parts.every((part, i) => Object.is(part, before[i]));
      before = parts;
      // A picture that moves is drawn where it is seen; one that is wanted a second time unchanged is worth keeping.
      const kept = isSame ? layerFor(pen) : null;
      if (!kept) {
        isHeld = false;
        draw(pen);
      } else if (isHeld) copy(kept, pen);
      else if (isClean) copy(pen, kept);
      else {
        draw(kept);
        copy(kept, pen);
      }
      isHeld ||= kept !== null;
      isClean = true;
    },
    spoil: () => {
      isClean = false;
    },
  };
}
