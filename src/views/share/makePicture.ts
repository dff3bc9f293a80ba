// The diagram as SVG, PNG or Mermaid text.
import type { Engine, ShareRequest } from '../../worker/api.ts';
import type { Made } from './makeFile.ts';

export async function makePicture(_engine: Engine, _request: ShareRequest, _kind: 'svg' | 'png' | 'mermaid'): Promise<Made> {
  return { kind: 'refused', why: 'noDiagram' };
}
