// `npm run build`: the page, the single-file page and the command line tool.
import { bin, ensureInstalled } from './lib.mjs';

ensureInstalled();
for (const mode of ['production', 'single', 'cli']) bin('vite', ['build', '--mode', mode, '--logLevel', 'warn']);
