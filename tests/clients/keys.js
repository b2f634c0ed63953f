// Sends a mutation to the URL given, by the client given, over a network that loses the first
// answer. The clients are set up as docs/guides/clients.md says.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { Client, fetchExchange, makeOperation, mapExchange } from '@urql/core';
import { retryExchange } from '@urql/exchange-retry';

const [name, url, token] = process.argv.slice(2);
const mutation = 'mutation { createArticle(input: { language: "en", title: "Once" }) { article { id } } }';
const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };

let sent = 0;
async function lossy(address, options) {
  const response = await fetch(address, options);
  sent += 1;
  if (sent === 1) throw new TypeError('the connection was lost');
  return response;
}

const send = {
  async apollo() {
    const keyed = new ApolloLink((operation, forward) => {
      if (operation.operationType === 'mutation') {
        operation.setContext(({ headers }) => ({ headers: { 'Idempotency-Key': crypto.randomUUID(), ...headers } }));
      }
      return forward(operation);
    });
    const link = ApolloLink.from([keyed, new RetryLink(), new HttpLink({ uri: url, headers, fetch: lossy })]);
    return new ApolloClient({ link, cache: new InMemoryCache() }).mutate({ mutation: gql(mutation) });
  },
  async urql() {
    const keyed = mapExchange({
      onOperation(operation) {
        if (operation.kind !== 'mutation') return operation;
        const { fetchOptions } = operation.context;
        const headers = { 'Idempotency-Key': crypto.randomUUID(), ...fetchOptions?.headers };
        return makeOperation(operation.kind, operation, { ...operation.context, fetchOptions: { ...fetchOptions, headers } });
      },
    });
    const retry = retryExchange({ retryIf: ({ networkError, response }) => networkError || [409, 429, 503].includes(response?.status) });
    const client = new Client({ url, fetch: lossy, fetchOptions: { headers }, exchanges: [keyed, retry, fetchExchange] });
    return client.mutation(mutation, {});
  },
  async fetch() {
    const keyed = { ...headers, 'Idempotency-Key': crypto.randomUUID() };
    const body = JSON.stringify({ query: mutation, variables: {} });
    for (let attempt = 1; ; attempt++) {
      const response = await lossy(url, { method: 'POST', headers: keyed, body }).catch((lost) => lost);
      if (response.ok || attempt === 5) return response.json();
      await new Promise((resolve) => setTimeout(resolve, 1000 * (response.headers?.get('Retry-After') ?? 1)));
    }
  },
};

const { data, error } = await send[name]();
console.log(data?.createArticle.article.id ?? error, sent);
process.exit(); // a client may keep timers
