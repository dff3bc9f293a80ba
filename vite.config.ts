import react from '@vitejs/plugin-react';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { configDefaults, defineConfig } from 'vitest/config';

const PORT = Number(process.env.PORT ?? 4173);

export default defineConfig(({ mode }) => {
  const cli = mode === 'cli';
  const single = mode === 'single';
  return {
    base: './',
    plugins: cli ? [] : [react(), ...(single ? [viteSingleFile({ removeViteModuleLoader: true })] : [])],
    worker: { format: 'iife' },
    build: cli
      ? {
          ssr: 'src/cli/main.ts',
          outDir: 'dist/cli',
          target: 'node20',
          copyPublicDir: false,
          rolldownOptions: { external: ['@duckdb/node-api'], output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } },
        }
      : { outDir: single ? 'dist/single' : 'dist/web', target: 'baseline-widely-available', sourcemap: !single },
    ssr: cli ? { noExternal: true } : {},
    preview: { port: PORT, strictPort: true, host: '127.0.0.1' },
    test: {
      environment: 'node',
      include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
      exclude: [...configDefaults.exclude, 'e2e/**'],
      coverage: { provider: 'v8', include: ['src/engine/**'] },
    },
  };
});
