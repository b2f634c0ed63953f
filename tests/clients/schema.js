// The schema: as a server describes it, and as its sources define it.
import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, getIntrospectionQuery } from 'graphql';

// introspect returns the result of the introspection query, descriptions left out.
export async function introspect(url) {
  const query = getIntrospectionQuery({ descriptions: false, inputValueDeprecation: true, oneOf: true });
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) });
  return (await response.json()).data;
}

// withoutId returns the names of the object types without an id, which caches
// cannot tell apart.
export const withoutId = ({ __schema: { types } }) =>
  types.filter(({ kind, fields }) => kind === 'OBJECT' && !fields.some(({ name }) => name === 'id')).map(({ name }) => name);

// sources returns the schema in graph/schema.
export function sources() {
  const folder = `${import.meta.dirname}/../../graph/schema`;
  return buildSchema(readdirSync(folder).filter((name) => name.endsWith('.graphqls')).map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n'));
}
