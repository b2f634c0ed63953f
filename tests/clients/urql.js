// Runs urql with graphcache against the demo newsroom at the URL given, with the
// token given.
import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { introspect, withoutId } from './schema.js';

const [url, token] = process.argv.slice(2);
const schema = await introspect(url);

let requests = 0;
const warnings = [];
const client = new Client({
  url,
  fetch: (...request) => {
    requests++;
    return fetch(...request);
  },
  fetchOptions: { headers: { Authorization: `Bearer ${token}`, 'Accept-Language': 'ar' } },
  exchanges: [
    cacheExchange({
      schema,
      keys: Object.fromEntries(withoutId(schema).map((name) => [name, () => null])),
      resolvers: { Query: { articles: relayPagination() }, Country: { articles: relayPagination() } },
      logger: (severity, message) => severity !== 'debug' && warnings.push(message),
    }),
    fetchExchange,
  ],
});

// asked answers a result, and how many requests it took.
async function asked(query, variables) {
  requests = 0;
  const { data, error } = await client.query(query, variables);
  return { data, error, requests };
}

// Pages of a list grow together, those of a list below a node too.
const page = '{ totalCount edges { node { id title } } pageInfo { hasNextPage endCursor } }';
for (const [query, pick] of [
  [gql(`query ($after: String) { articles(first: 20, after: $after) ${page} }`), (data) => data.articles],
  [gql(`query ($after: String) { country(by: { code: "FR" }) { id articles(first: 9, after: $after) ${page} } }`), (data) => data.country.articles],
]) {
  let list = pick((await asked(query, {})).data);
  while (list.pageInfo.hasNextPage) list = pick((await asked(query, { after: list.pageInfo.endCursor })).data);
  list = pick((await asked(query, {})).data);
  console.log('articles', list.edges.length, 'distinct', new Set(list.edges.map(({ node }) => node.id)).size, 'of', list.totalCount, 'requests', requests);
}

// What one query read, another finds: by the id of the official, in whatever place.
const official = gql`query ($slug: String!) { official(by: { slug: $slug }) { id version name localizedName { value language isFallback } } }`;
const { id, version, localizedName } = (await asked(official, { slug: 'jean-yves-le-drian' })).data.official;
console.log('official', localizedName.value, localizedName.language, localizedName.isFallback);
const tagged = gql`{ officials(first: 1, filter: { slug: { eq: "jean-yves-le-drian" } }) { nodes { id name } } }`;
console.log('tagged', (await asked(tagged)).data.officials.nodes[0].name);
const node = gql`query ($id: ID!) { node(id: $id) { id ... on Official { name } } }`;
console.log('node', (await asked(node, { id })).data.node.name);

// What a mutation answers is seen in all of them, without another request.
const update = gql`mutation ($id: ID!, $version: Int, $names: [LocalizedTextInput!]) {
  updateOfficial(id: $id, input: { names: $names }, expectedVersion: $version) {
    official { id version name localizedName { value language isFallback } }
    errors { code path ... on ConflictError { currentVersion } }
  }
}`;
const variables = { id, version, names: [{ language: 'ar', value: 'جان-إيف لودريان' }] };
await client.mutation(update, variables);
console.log('written', (await asked(official, { slug: 'jean-yves-le-drian' })).data.official.localizedName.value, 'requests', requests);
console.log('written', (await asked(tagged)).data.officials.nodes[0].name, 'requests', requests);
console.log('written', (await asked(node, { id })).data.node.name, 'requests', requests);
const [conflict] = (await client.mutation(update, variables)).data.updateOfficial.errors;
console.log('conflict', conflict.code, ...conflict.path, conflict.currentVersion - version);

// Errors at the top level, with their codes.
for (const query of [gql`{ articles(after: "x") { totalCount } }`, gql`{ countries(search: "a", last: 1000) { totalCount } }`]) {
  const { error } = await asked(query);
  console.log('error', error.graphQLErrors[0].extensions.code);
}
console.log('warnings', ...warnings);
