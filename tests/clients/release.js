// Writes docs/schema.graphql, the schema as it is released.
import { writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { sources } from './schema.js';

writeFileSync(`${import.meta.dirname}/../../docs/schema.graphql`, `${printSchema(sources())}\n`);
