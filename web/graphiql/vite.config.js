import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

// Where internal/httpd embeds the page from.
const out = resolve(import.meta.dirname, '../../internal/httpd/graphiql');

// GraphiQL's two fonts cover seven scripts each. Latin is enough: other scripts,
// including Arabic, fall back to the reader's own fonts.
const latinFontsOnly = {
  name: 'latin-fonts-only',
  enforce: 'pre',
  transform(code, id) {
    if (!/@graphiql\/react\/font\/.*\.css$/.test(id)) return null;
    const faces = code.match(/@font-face\s*{[^}]*}/g);
    return faces.filter((face) => face.includes('U+0000-00FF')).join('\n');
  },
};

// Files are embedded compressed, which makes the binary 5 MB smaller; the server
// decompresses them for the rare client that does not accept gzip.
const compressed = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === '.gitkeep') continue;
      const file = join(entry.parentPath, entry.name);
      writeFileSync(file + '.gz', gzipSync(readFileSync(file), { level: 9 }));
      rmSync(file);
    }
  },
};

// Vite itself would empty the whole folder, including .gitkeep.
const emptied = {
  name: 'emptied',
  apply: 'build',
  buildStart() {
    for (const name of readdirSync(out)) {
      if (name !== '.gitkeep') rmSync(join(out, name), { recursive: true });
    }
  },
};

export default defineConfig({
  base: './', // wherever a proxy serves the page
  plugins: [emptied, latinFontsOnly, compressed],
  build: {
    outDir: out,
    emptyOutDir: false,
    sourcemap: false,
    // Monaco is a single chunk of 2.8 MB.
    chunkSizeWarningLimit: 3000,
    // Directives like "use client" in packages have no meaning here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/graphql': 'http://127.0.0.1:8080' } },
});
