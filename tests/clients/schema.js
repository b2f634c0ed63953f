// The schema, as a server tells it and as its sources have it.
import { readdirSync, readFileSync } from 'node:fs';
import { buildClientSchema, buildSchema, getIntrospectionQuery, printSchema } from 'graphql';

// introspect answers the result of the introspection query, descriptions left out.
export async function introspect(url) {
  const query = getIntrospectionQuery({ descriptions: false, inputValueDeprecation: true, oneOf: true });
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) });
  return (await response.json()).data;
}

// definitions answers the schema as SDL.
export const definitions = async (url) => printSchema(buildClientSchema(await introspect(url)));

// withoutId answers the names of the object types that have no id, so that no
// cache can tell one from another.
export const withoutId = ({ __schema: { types } }) =>
  types.filter(({ kind, fields }) => kind === 'OBJECT' && !fields.some(({ name }) => name === 'id')).map(({ name }) => name);

// sources answers the schema that stands in graph/schema.
export function sources() {
  const folder = `${import.meta.dirname}/../../graph/schema`;
  return buildSchema(readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('\n'));
}
