// Asks a busy server at the URL given, by the client given. The server refuses the first
// request; a request to the last URL lets it work again.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { Client, fetchExchange } from '@urql/core';
import { retryExchange } from '@urql/exchange-retry';
import relay from 'relay-runtime';

const [name, url, free] = process.argv.slice(2);
const query = '{ country(by: { code: "IQ" }) { code } }';

const statuses = [];
async function noted(address, options) {
  const response = await fetch(address, options);
  statuses.push(response.status);
  if (!response.ok) await fetch(free);
  return response;
}

const ask = {
  async apollo() {
    const link = ApolloLink.from([new RetryLink(), new HttpLink({ uri: url, fetch: noted })]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    return client.query({ query: gql(query) });
  },
  async urql() {
    const isBusy = ({ networkError, response }) => networkError || [429, 503].includes(response?.status);
    const client = new Client({ url, fetch: noted, exchanges: [retryExchange({ retryIf: isBusy }), fetchExchange] });
    return client.query(query, {});
  },
  async relay() {
    async function request({ text }, variables) {
      const body = JSON.stringify({ query: text, variables });
      for (let attempt = 1; ; attempt++) {
        const response = await noted(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
        if (![429, 503].includes(response.status) || attempt === 5) return response.json();
        await new Promise((resolve) => setTimeout(resolve, 1000 * (response.headers.get('Retry-After') ?? 1)));
      }
    }
    const environment = new relay.Environment({
      store: new relay.Store(new relay.RecordSource()),
      network: relay.Network.create(request),
    });
    return { data: await relay.fetchQuery(environment, compiled, {}).toPromise() };
  },
};

// What relay-compiler makes of the query.
const field = { kind: 'LinkedField', alias: null, name: 'country', args: [{ kind: 'Literal', name: 'by', value: { code: 'IQ' } }], concreteType: 'Country', plural: false, storageKey: 'country(by:{"code":"IQ"})' };
const scalar = (of) => ({ kind: 'ScalarField', alias: null, args: null, name: of, storageKey: null });
const compiled = {
  kind: 'Request',
  fragment: { kind: 'Fragment', name: 'busyQuery', type: 'Query', metadata: null, argumentDefinitions: [], selections: [{ ...field, selections: [scalar('code')] }] },
  operation: { kind: 'Operation', name: 'busyQuery', argumentDefinitions: [], selections: [{ ...field, selections: [scalar('code'), scalar('id')] }] },
  params: { cacheID: 'busy', id: null, metadata: {}, name: 'busyQuery', operationKind: 'query', text: '{ country(by: { code: "IQ" }) { code id } }' },
};

const { data, error } = await ask[name]();
console.log(data?.country.code ?? error, ...statuses);
process.exit(); // a client may keep timers
