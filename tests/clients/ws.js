// Runs graphql-ws against the server at the URL given, with the token given.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { work } from './work.js';

const [url, token] = process.argv.slice(2);
const options = { url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 1000 };

const client = createClient({ ...options, keepAlive: 100, connectionParams: { Authorization: `Bearer ${token}` } });
const pong = new Promise((resolve) => client.on('pong', (received) => received && resolve()));
await work((request) => client.iterate(request), (errors) => errors[0].extensions.code);
await pong; // the socket stays open for a second
console.log('pong');
await client.dispose();

// A token that is refused is not sent again, in the payload or in a header: the client
// stops at once.
class WithHeader extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { Authorization: 'Bearer none' } });
  }
}
for (const refused of [{ connectionParams: { Authorization: 'Bearer none' } }, { webSocketImpl: WithHeader }]) {
  let closed = 0;
  const stranger = createClient({ ...options, retryAttempts: 5, on: { closed: () => closed++ }, ...refused });
  try {
    for await (const _ of stranger.iterate({ query: '{ __typename }' }));
  } catch (event) {
    console.log('stranger', event.code, event.reason, closed);
  }
}
