// Compares the schema with the one in the file given, and prints what breaks
// clients that were written for that.
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';
import { sources } from './schema.js';

const released = buildSchema(readFileSync(process.argv[2], 'utf8'));
// Types that took the place of others, and that accept all values and variables of those:
// see former in graph/gate/position.go.
const successors = { StringFilter: 'LanguageFilter' };
const isAccepted = (description) => {
  const [, from, to] = /changed type from (\w+) to (\w+)\.$/.exec(description) ?? [];
  return from !== undefined && successors[from] === to;
};
for (const { type, description } of findBreakingChanges(released, sources())) {
  if (!isAccepted(description)) console.log(type, description);
}
