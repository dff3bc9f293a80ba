// Composition root: the only file that joins worker, store and views.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createOpening } from './store/opening.ts';
import './views/shared/tokens.css';
import './views/shared/base.css';
import { EngineContext } from './views/shared/engine.ts';
import { OpeningContext } from './views/shared/opening.ts';
import { App } from './views/workbench/App.tsx';
import { createEngineClient } from './worker/client.ts';
import { installScriptPolicy, registerOffline } from './worker/spawn.ts';

installScriptPolicy();
const engine = createEngineClient();
const opening = createOpening(engine);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <EngineContext value={engine}>
      <OpeningContext value={opening}>
        <App />
      </OpeningContext>
    </EngineContext>
  </StrictMode>,
);
registerOffline();
