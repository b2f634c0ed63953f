// Has graphql-codegen introspect the server at the URL given, and prints which of its types
// it wrote, in the folder given.
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const [url, folder] = process.argv.slice(2);
symlinkSync(`${import.meta.dirname}/node_modules`, `${folder}/node_modules`);
writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
writeFileSync(`${folder}/latest.ts`, 'const latest = /* GraphQL */ `query Latest { articles(first: 1) { nodes { title } } }`;');
writeFileSync(`${folder}/codegen.js`, `export default {
  schema: ${JSON.stringify(url)},
  documents: 'latest.ts',
  generates: { 'gql/': { preset: 'client' } },
};`);
const { status, stdout, stderr } = spawnSync('node_modules/.bin/graphql-codegen', ['--config', 'codegen.js'], { cwd: folder, encoding: 'utf8' });
if (status !== 0) throw new Error(`graphql-codegen: ${stdout}${stderr}`);
console.log(...readFileSync(`${folder}/gql/graphql.ts`, 'utf8').match(/export type Latest\w*/g));
