// Build steps of the page: the Content-Security-Policy, the offline script, and the embedded sample incident.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';

/**
 * `connect-src 'none'` is the promise that captures never leave: the inlined worker is bound by it too, as a blob inherits the page's policy.
 * The one Trusted Types policy is `installScriptPolicy` of `src/worker/spawn.ts`.
 */
const POLICY = [
  "default-src 'none'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
];

const policy = (scripts: string, styles: string): string => [...POLICY, `script-src ${scripts}`, `style-src ${styles}`].join('; ');
const meta = (content: string): string => `<meta http-equiv="Content-Security-Policy" content="${content}" />`;
const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Puts the policy first in the head of the built page. In the single file scripts and styles are named by their hashes. */
export function contentSecurityPolicy(kind: 'web' | 'single'): Plugin {
  return {
    name: 'hopscope-csp',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          const html = String(file.source);
          const inline = (tag: string): string =>
            [...html.matchAll(new RegExp(`<${tag}(?:\\s[^>]*)?>([\\s\\S]*?)</${tag}>`, 'g'))].map((m) => sha256(m[1] ?? '')).join(' ') ||
            "'none'";
          const content = kind === 'web' ? policy("'self'", "'self'") : policy(inline('script'), inline('style'));
          file.source = html.replace('<head>', () => `<head>\n    ${meta(content)}`);
        }
      },
    },
  };
}

/** Emits `sw.js`, which keeps the page's own files for use without a network: never captures, never anything else. */
export function offline(): Plugin {
  return {
    name: 'hopscope-offline',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const files = ['./', ...Object.keys(bundle).filter((f) => !f.endsWith('.map') && f !== 'index.html')];
        const page = bundle['index.html'];
        const version = createHash('sha256')
          .update(files.join())
          .update(page?.type === 'asset' ? String(page.source) : '')
          .digest('hex')
          .slice(0, 12);
        this.emitFile({
          type: 'asset',
          fileName: 'sw.js',
          source: `const C='hopscope-${version}',F=${JSON.stringify(files)};
self.addEventListener('install',(e)=>e.waitUntil(caches.open(C).then((c)=>c.addAll(F))));
self.addEventListener('activate',(e)=>e.waitUntil(caches.keys().then((k)=>Promise.all(k.filter((n)=>n.startsWith('hopscope-')&&n!==C).map((n)=>caches.delete(n))))));
self.addEventListener('fetch',(e)=>{if(e.request.method==='GET'&&new URL(e.request.url).origin===location.origin)e.respondWith(caches.match(e.request,{ignoreSearch:true,ignoreVary:true}).then((r)=>r||fetch(e.request)))});
`,
        });
      },
    },
  };
}

const SAMPLE_ID = 'virtual:sample';

/**
 * `import { files } from 'virtual:sample'`: the captures of `public/samples`, gzip in base64, so that they show without a request.
 * @param isWanted false in the viewer that shared pages are made of: it opens one incident only
 */
export function sampleIncident(root: string, isWanted: boolean): Plugin {
  const folder = join(root, 'public/samples');
  return {
    name: 'hopscope-sample',
    resolveId: (id) => (id === SAMPLE_ID ? `\0${SAMPLE_ID}` : null),
    load(id) {
      if (id !== `\0${SAMPLE_ID}`) return null;
      const names =
        existsSync(folder) && isWanted
          ? readdirSync(folder)
              .filter((n) => /\.pcap(ng)?(\.gz)?$/.test(n))
              .sort()
          : [];
      const files = names.map((name) => {
        const bytes = readFileSync(join(folder, name));
        const packed = name.endsWith('.gz') ? bytes : gzipSync(bytes, { level: 9 });
        return { name: name.replace(/\.gz$/, ''), gzip: packed.toString('base64') };
      });
      return `export const files = ${JSON.stringify(files)};`;
    },
  };
}

const VIEWER_ID = 'virtual:viewer';

/**
 * `import { gzip } from 'virtual:viewer'`: the single-file page inside the web build, loaded when somebody shares a page; so sharing works
 * offline and without a request. The single-file page itself has no need of it (it shares what it is made of), nor has development.
 */
export function viewer(kind: 'web' | 'single'): Plugin {
  let isBuild = false;
  return {
    name: 'hopscope-viewer',
    configResolved(config) {
      isBuild = config.command === 'build';
    },
    resolveId: (id) => (id === VIEWER_ID ? `\0${VIEWER_ID}` : null),
    async load(id) {
      if (id !== `\0${VIEWER_ID}`) return null;
      if (kind === 'single' || !isBuild) return "export const gzip = '';";
      const built = await build({ mode: 'viewer', logLevel: 'warn', build: { write: false } });
      const outputs = (Array.isArray(built) ? built : [built]).flatMap((b) => ('output' in b ? b.output : []));
      const page = outputs.find((o) => o.type === 'asset' && o.fileName.endsWith('.html'));
      if (page?.type !== 'asset') throw new Error('the single-file build made no page');
      return `export const gzip = ${JSON.stringify(gzipSync(String(page.source), { level: 9 }).toString('base64'))};`;
    },
  };
}
