// Compares the schema with the one in the file given, and prints what breaks
// clients that were written for that.
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';
import { sources } from './schema.js';

const released = buildSchema(readFileSync(process.argv[2], 'utf8'));
for (const { type, description } of findBreakingChanges(released, sources())) console.log(type, description);
