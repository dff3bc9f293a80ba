import react from '@vitejs/plugin-react';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { configDefaults, defineConfig } from 'vitest/config';
import { guide } from './src/dev/guidePage.ts';
import { contentSecurityPolicy, offline, sampleIncident, viewer } from './src/dev/vitePlugins.ts';

const PORT = Number(process.env.PORT ?? 4173);

/** What a host should send with the page besides the CSP that the page carries itself (a `<meta>` policy cannot forbid framing). */
const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Constants stay constants: as variables, which Vite makes of them, the compiler looks each up again (`engine/wire/batch.ts` lives from that). */
const CONSTANTS = { topLevelVar: false };

export default defineConfig(({ mode }) => {
  const cli = mode === 'cli';
  // `viewer` is the single file that shared pages are made of: see `src/dev/vitePlugins.ts`.
  const single = mode === 'single' || mode === 'viewer';
  const page = [react(), sampleIncident(import.meta.dirname, mode !== 'viewer'), viewer(single ? 'single' : 'web')];
  return {
    base: './',
    plugins: cli
      ? []
      : single
        ? [...page, viteSingleFile({ removeViteModuleLoader: true }), contentSecurityPolicy('single')]
        : [...page, guide(import.meta.dirname), contentSecurityPolicy('web'), offline()],
    worker: { format: 'iife', rolldownOptions: { output: CONSTANTS } },
    build: cli
      ? {
          ssr: 'src/cli/main.ts',
          outDir: 'dist/cli',
          target: 'node20',
          copyPublicDir: false,
          rolldownOptions: {
            external: ['@duckdb/node-api', '@resvg/resvg-js'],
            output: { ...CONSTANTS, entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
          },
        }
      : {
          outDir: single ? 'dist/single' : 'dist/web',
          target: 'baseline-widely-available',
          sourcemap: !single,
          copyPublicDir: !single,
          chunkSizeWarningLimit: 4000,
        },
    ssr: cli ? { noExternal: true } : {},
    preview: { port: PORT, strictPort: true, host: '127.0.0.1', headers: HEADERS, ...(mode === 'single' ? {} : { outDir: 'dist/web' }) },
    test: {
      environment: 'node',
      testTimeout: 60_000,
      setupFiles: ['src/testing/seed.ts'],
      include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
      exclude: [...configDefaults.exclude, 'e2e/**'],
      coverage: { provider: 'v8', include: ['src/engine/**'] },
    },
  };
});
