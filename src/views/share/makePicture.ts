// The diagram as SVG, PNG or Mermaid text.
import { mermaidDiagram } from '../../document/ticket/mermaid.ts';
import { ladderPicture } from '../../figure/ladderPicture.ts';
import { ladderSteps } from '../../figure/ladderSteps.ts';
import type { Engine, ShareRequest } from '../../worker/api.ts';
import { fileStem, type Made } from './makeFile.ts';

/** Device px per px of the drawing: sharp on any screen, and in print. */
const PNG_SCALE = 2;
/** Canvases beyond this many px a side are refused by browsers. */
const LONGEST = 16_000;

export async function makePicture(engine: Engine, request: ShareRequest, kind: 'svg' | 'png' | 'mermaid', width: number): Promise<Made> {
  const shared = await engine.query('shareLadder', request);
  if (!shared?.ladder) return { kind: 'refused', why: 'noDiagram' };
  const { ladder, document: shown } = shared;
  const renamed = new Map(shown.lanes.filter((l) => l.name !== '').map((l) => [l.key, l.name]));
  if (kind === 'mermaid')
    return { kind: 'text', text: mermaidDiagram(ladderSteps(ladder, shown.title, request.language, renamed)), isLink: false };
  const theme = document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
  const scale = shown.view?.scale ?? 'rows';
  const svg = ladderPicture(ladder, { language: request.language, theme, title: shown.title, width, scale, renamed });
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  const name = fileStem(shown.title);
  if (kind === 'svg') return { kind: 'files', files: [{ name: `${name}.svg`, blob }] };
  const png = await rasterize(blob);
  return png ? { kind: 'files', files: [{ name: `${name}.png`, blob: png }] } : { kind: 'refused', why: 'noDiagram' };
}

/** PNG without metadata: a canvas writes none. */
async function rasterize(svg: Blob): Promise<Blob | null> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(PNG_SCALE, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
