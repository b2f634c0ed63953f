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

// lost prints what comes over a connection that breaks once the server has said where it
// is, when something happens before the next connection.
function lost(query, happen) {
  let connections = 0;
  const fetchAndLose = async (address, init) => {
    if (++connections === 2) {
      await happen();
    }
    const response = await fetch(address, init);
    if (connections > 1) {
      return response;
    }
    const reader = response.body.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('retry: 1\n\n')); // milliseconds
        controller.enqueue(value);
        controller.close();
      },
    });
    return { body, status: response.status, headers: response.headers, redirected: false, url: response.url };
  };
  return new Promise((resolve) => {
    const source = new EventSource(`${url}?${new URLSearchParams({ query })}`, { fetch: fetchAndLose });
    source.addEventListener('next', ({ data }) => {
      console.log('after a break', JSON.stringify(JSON.parse(data).data));
      source.close();
      resolve();
    });
  });
}

await heard('{ country(by: {code: "IQ"}) { code } }');
await heard('{ nothing }');
await heard('subscription($after: String) { changes(after: $after) { kind } }', { after: process.argv[3] });
await heard('subscription { changes(after: "x") { kind } }');
await heard('mutation { deleteTopic(id: "VG9waWM6MQ") { errors { message } } }').catch((error) => console.log('refused', error.message));
await lost('subscription { changes { kind } }', () =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${process.argv[4]}` },
    body: JSON.stringify({ query: 'mutation { createTopic(input: { names: [{ language: "en", value: "Missed" }] }) { topic { id } } }' }),
  }),
);
