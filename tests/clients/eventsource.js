// Runs an EventSource as browsers have it against the server at the URL given.
import { EventSource } from 'eventsource';

const [url] = process.argv.slice(2);

// heard prints what comes of a query until it is complete.
function heard(query, variables) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`${url}?${new URLSearchParams({ query, variables: JSON.stringify(variables ?? {}) })}`);
    source.addEventListener('open', () => console.log('open'));
    source.addEventListener('next', ({ data }) => {
      const { data: result, errors } = JSON.parse(data);
      console.log('next', errors ? errors[0].extensions.code : JSON.stringify(result));
      if (query.startsWith('subscription') && !errors) {
        source.close();
        resolve();
      }
    });
    source.addEventListener('complete', () => {
      console.log('complete');
      source.close(); // or it would connect again
      resolve();
    });
    source.addEventListener('error', (event) => reject(new Error(`${event.code} ${event.message}`)));
  });
}

await heard('{ country(by: {code: "IQ"}) { code } }');
await heard('{ nothing }');
await heard('subscription($after: String) { changes(after: $after) { kind } }', { after: process.argv[3] });
await heard('subscription { changes(after: "x") { kind } }');
await heard('mutation { deleteTopic(id: "VG9waWM6MQ") { errors { message } } }').catch((error) => console.log('refused', error.message));
