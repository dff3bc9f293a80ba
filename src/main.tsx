// Composition root: the only file that joins worker, store and views.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createKeeping } from './store/keeping.ts';
import { createOpening } from './store/opening.ts';
import './views/shared/tokens.css';
import './views/shared/base.css';
import { followLaneNumbers } from './store/laneNumbers.ts';
import { syncLanes } from './store/laneSync.ts';
import { followPins } from './store/pins.ts';
import { rememberPage } from './views/share/viewer.ts';
import { eachAtRest } from './views/shared/atRest.ts';
import { EngineContext } from './views/shared/engine.ts';
import { KeepingContext } from './views/shared/keeping.ts';
import { OpeningContext } from './views/shared/opening.ts';
import { App } from './views/workbench/App.tsx';
import { preloadWorkbench } from './views/workbench/slots.ts';
import { createEngineClient } from './worker/client.ts';
import { installScriptPolicy, registerOffline } from './worker/spawn.ts';

rememberPage();
installScriptPolicy();
const engine = createEngineClient();
const opening = createOpening(engine);
const keeping = createKeeping(engine, opening);
followPins(engine);
syncLanes();
followLaneNumbers();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <EngineContext value={engine}>
      <OpeningContext value={opening}>
        <KeepingContext value={keeping}>
          <App />
        </KeepingContext>
      </OpeningContext>
    </EngineContext>
  </StrictMode>,
);
registerOffline();
// The engine starts once the page is there and rests, or with the first sign of a person where that comes sooner.
const prepare = (): void => {
  engine.prepare();
  setTimeout(preloadWorkbench); // In a task of its own: the person who gave the sign waits for an answer to it.
};
for (const sign of ['pointermove', 'pointerdown', 'keydown', 'dragenter']) addEventListener(sign, prepare, { once: true });
eachAtRest([engine.prepare, preloadWorkbench]);
