// The diagram as SVG, PNG or Mermaid text.
import type { IncidentDocument } from '../../document/model.ts';
import { mermaidDiagram } from '../../document/ticket/mermaid.ts';
import { hideLanes } from '../../figure/hideLanes.ts';
import { ladderPicture, type PicturePart } from '../../figure/ladderPicture.ts';
import { ladderSteps } from '../../figure/ladderSteps.ts';
import { useViewport } from '../../store/viewport.ts';
import type { Engine, ShareRequest } from '../../worker/api.ts';
import { fileStem, type Made } from './makeFile.ts';

/** Canvases beyond this many px a side are refused by browsers. */
const LONGEST = 16_000;

/** What the sharer chose for a picture. */
export interface PictureChoice {
  /** `view`: what is on screen. */
  readonly part: 'whole' | 'view';
  /** Px of the drawing. */
  readonly width: number;
  readonly theme: 'light' | 'dark';
  /** Device px per px of the drawing, in a PNG. */
  readonly density: number;
}

export async function makePicture(
  engine: Engine,
  request: ShareRequest,
  kind: 'svg' | 'png' | 'mermaid',
  choice: PictureChoice,
): Promise<Made> {
  const shared = await engine.query('shareLadder', request);
  if (!shared?.ladder) return { kind: 'refused', why: 'noDiagram' };
  const { ladder, document: shown } = shared;
  const lanes = { renamed: new Map(shown.lanes.filter((l) => l.name !== '').map((l) => [l.key, l.name])), hidden: hiddenLanes(shown) };
  if (kind === 'mermaid') {
    const steps = ladderSteps(hideLanes(ladder, lanes.hidden).ladder, shown.title, request.language, lanes.renamed);
    return { kind: 'text', text: mermaidDiagram(steps), isLink: false };
  }
  const svg = ladderPicture(ladder, {
    ...lanes,
    language: request.language,
    theme: choice.theme,
    title: shown.title,
    width: choice.width,
    scale: shown.view?.scale ?? 'rows',
    order: shown.laneOrder,
    flipped: shown.view?.flipped ?? false,
    notes: shared.notes,
    highlighted: shared.highlighted,
    ...(choice.part === 'view' ? { open: shared.open, part: partOf(shown.view) } : {}),
  });
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  const name = fileStem(shown.title);
  if (kind === 'svg') return { kind: 'files', files: [{ name: `${name}.svg`, blob }] };
  const png = await rasterize(blob, choice.density);
  return png ? { kind: 'files', files: [{ name: `${name}.png`, blob: png }] } : { kind: 'refused', why: 'noDiagram' };
}

const hiddenLanes = ({ lanes }: IncidentDocument): ReadonlySet<string> => new Set(lanes.filter((l) => l.hidden).map((l) => l.key));

/** What of the diagram is on screen, as it is seen there; null: all of it is. */
function partOf(view: IncidentDocument['view']): PicturePart | null {
  const { pane } = useViewport.getState();
  if (view?.from === null || view?.to === null || !view || !pane) return null;
  return { from: view.from, to: view.to, zoom: pane.zoom, height: pane.height };
}

/** PNG without metadata: a canvas writes none. */
async function rasterize(svg: Blob, density: number): Promise<Blob | null> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(density, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
