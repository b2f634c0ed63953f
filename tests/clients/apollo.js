// Runs Apollo Client against the demo newsroom at the URL given, with the token
// given, and follows the changes behind the cursor given.
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { filter, firstValueFrom, map } from 'rxjs';
import WebSocket from 'ws';

const [url, token, after] = process.argv.slice(2);

const sent = [];
async function noted(address, options) {
  const response = await fetch(address, options);
  const text = new URL(address).searchParams.has('query') || options.body?.includes('"query"');
  sent.push(`${options.method} ${text ? 'text' : 'hash'} ${response.status}`);
  return response;
}

// clientFor answers a client that sends these headers: names come in the
// language of the request, so each language has a cache of its own.
function clientFor(headers) {
  const http = new HttpLink({ uri: url, headers, fetch: noted });
  const hashed = new PersistedQueryLink({ sha256: (text) => createHash('sha256').update(text).digest('hex'), useGETForHashedQueries: true }).concat(http);
  const socket = new GraphQLWsLink(createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: headers }));
  const articles = relayStylePagination(['filter', 'search', 'orderBy']);
  return new ApolloClient({
    link: ApolloLink.split(({ operationType }) => operationType === 'subscription', socket, hashed),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { articles } },
        Country: { fields: { articles: relayStylePagination(['filter', 'orderBy']) } },
        LocalizedText: { merge: true },
      },
    }),
  });
}

const client = clientFor({ Authorization: `Bearer ${token}`, 'Accept-Language': 'ar' });

// A hash that the server does not know yet goes once more with its text.
const query = gql`{ official(by: { slug: "jean-yves-le-drian" }) { id name french: name(language: "fr") } }`;
for (const fetchPolicy of ['network-only', 'network-only', 'cache-first']) {
  const { data } = await client.query({ query, fetchPolicy });
  console.log('official', data.official.name, data.official.french, ...sent.splice(0));
}

// What has no id is part of what has one, and is merged there.
const named = (fields) => gql(`{ official(by: { slug: "jean-yves-le-drian" }) { id localizedName { ${fields} } } }`);
for (const field of ['value', 'direction']) await client.query({ query: named(field) });
const { localizedName } = client.readQuery({ query: named('value direction') }).official;
console.log('merged', localizedName.value, localizedName.direction);

// grown fetches all pages of the list that pick finds in an answer. It answers a
// function that waits for the list, as it is shown, to pass a test.
async function grown(options, pick) {
  let page = pick((await client.query(options)).data);
  const list = client.watchQuery(options);
  const shown = (test) => firstValueFrom(list.pipe(map(({ data }) => pick(data)), filter(test)));
  while (page.pageInfo.hasNextPage) {
    const { endCursor } = page.pageInfo;
    await list.fetchMore({ variables: { after: endCursor } });
    page = await shown(({ pageInfo }) => pageInfo.endCursor !== endCursor);
    counted(page);
  }
  return shown;
}

function counted({ edges, totalCount, pageInfo }) {
  console.log('articles', edges.length, 'distinct', new Set(edges.map(({ node }) => node.id)).size, 'of', totalCount, 'more', pageInfo.hasNextPage);
}

// Pages of one list grow together; another filter is another list.
const pages = gql`query ($language: String, $after: String) {
  articles(first: 10, after: $after, filter: { language: { eq: $language } }) {
    totalCount
    edges { node { id title version } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const shown = await grown({ query: pages, variables: { language: 'ar' } }, ({ articles }) => articles);
counted((await client.query({ query: pages, variables: { language: 'fr' } })).data.articles);
const articles = await shown(() => true);
counted(articles);

// So do those of a list below a node.
const below = gql`query ($after: String) {
  country(by: { code: "FR" }) { id articles(first: 9, after: $after) { totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }
}`;
await grown({ query: below }, ({ country }) => country.articles);

// What a mutation answers is seen wherever the article is, and told to who listens.
const listening = new Promise((resolve, reject) => {
  client.subscribe({
    query: gql`subscription ($after: String) { changes(after: $after, types: [ARTICLE]) { kind node { id ... on Article { title version } } } }`,
    variables: { after },
  }).subscribe({ next: resolve, error: reject });
});
const first = articles.edges[0].node;
const update = gql`mutation ($id: ID!, $title: String!, $version: Int) {
  updateArticle(id: $id, input: { title: $title, publish: true }, expectedVersion: $version) {
    article { id title version }
    errors { code path ... on ConflictError { currentVersion } }
  }
}`;
const variables = { id: first.id, title: 'مُؤتَمَر بغداد 2', version: first.version };
await client.mutate({ mutation: update, variables });
console.log('written', (await shown(({ edges }) => edges[0].node.version > first.version)).edges[0].node.title);
const { changes } = (await listening).data;
console.log('change', changes.kind, changes.node.title, changes.node.id === first.id);
const [conflict] = (await client.mutate({ mutation: update, variables })).data.updateArticle.errors;
console.log('conflict', conflict.code, ...conflict.path, conflict.currentVersion - first.version);

// Errors at the top level are thrown, with their codes.
const stranger = clientFor({});
for (const ask of [
  () => client.query({ query: gql`{ articles(after: "x") { totalCount } }` }),
  () => client.query({ query: gql`{ nothing }` }),
  () => stranger.mutate({ mutation: update, variables }),
]) {
  await ask().catch((error) => console.log('error', CombinedGraphQLErrors.is(error), error.errors[0].extensions.code));
}
process.exit(); // the socket would stay open
