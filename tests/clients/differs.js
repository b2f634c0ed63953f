// Compares the schema in the file given with its sources, descriptions included,
// and prints each line that only one of them has: - for the file, + for the sources.
import { readFileSync } from 'node:fs';
import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { sources } from './schema.js';

const lines = (schema) => printSchema(lexicographicSortSchema(schema)).split('\n');
const file = lines(buildSchema(readFileSync(process.argv[2], 'utf8')));
const ours = lines(sources());
// Of equal sets, the order still tells: a line may have moved to another type.
if (file.join('\n') !== ours.join('\n')) {
  console.log('The schema in the file is not that of its sources.');
  for (const line of file) if (!ours.includes(line)) console.log(`-${line}`);
  for (const line of ours) if (!file.includes(line)) console.log(`+${line}`);
}
