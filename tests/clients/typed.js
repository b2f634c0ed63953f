// Makes the typed clients of the folder typed/, has tsc --strict accept them, and
// runs them against the demo newsroom at the URL given. All of that happens in the
// folder given last.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, symlinkSync, writeFileSync } from 'node:fs';

const [url, , , folder] = process.argv.slice(2);
const here = import.meta.dirname;
cpSync(`${here}/typed`, folder, { recursive: true });
symlinkSync(`${here}/node_modules`, `${folder}/node_modules`);
writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
copyFileSync(`${here}/../../docs/schema.graphql`, `${folder}/schema.graphql`);

for (const [tool, ...options] of [
  ['graphql-codegen', '--config', 'codegen.js'],
  ['gql.tada', 'generate-output'],
  ['gql.tada', 'check'],
  ['tsc', '--strict'],
]) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, options, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${tool} ${options.join(' ')}: ${stdout}${stderr}`);
}
const { main } = await import(`${folder}/built/main.js`);
await main(url);
