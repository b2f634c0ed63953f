// Runs graphql-sse against the server at the URL given, with the token given.
import { createClient } from 'graphql-sse';
import { work } from './work.js';

const [url, token] = process.argv.slice(2);
const client = createClient({ url, retryAttempts: 0, headers: { Authorization: `Bearer ${token}` } });
await work((request) => client.iterate(request), (error) => error.message);
client.dispose();

const stranger = createClient({ url, retryAttempts: 0, headers: { Authorization: 'Bearer none' } });
try {
  for await (const _ of stranger.iterate({ query: '{ __typename }' }));
} catch (error) {
  console.log('stranger', error.response.status);
}
