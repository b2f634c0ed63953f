// Runs the audits of graphql-http against the server at the URL given, and
// prints one line for each: its result, its id, its name and why it failed.
import { auditServer } from 'graphql-http';

const url = process.argv[2];
for (const { status, id, name, reason } of await auditServer({ url })) {
  console.log([status, id, name, reason ?? ''].join('\t').replaceAll('\n', ' '));
}
