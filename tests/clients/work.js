// What every client of subscriptions does here, whatever its transport, and what
// it prints: one line for each thing that it learned.

// Who waits for what does not come says so.
setTimeout(() => {
  console.log('nothing came in 30 s');
  process.exit();
}, 30_000).unref();

const changes = 'subscription($after: String) { changes(after: $after) { cursor kind node { ... on Topic { slug } } } }';
const create = 'mutation($slug: String!) { createTopic(input: {slug: $slug, names: [{value: $slug, language: "en"}]}) { topic { slug } errors { message } } }';

// work does it. iterate answers the results of a request as they come; failed
// says what a client's error tells.
export async function work(iterate, failed) {
  for await (const { data } of iterate({ query: '{ country(by: {code: "IQ"}) { code } }' })) console.log('query', data.country.code);
  try {
    for await (const { errors } of iterate({ query: '{ nothing }' })) console.log('invalid', errors[0].extensions.code);
  } catch (error) {
    console.log('invalid', failed(error));
  }
  const first = await oneChange(iterate, undefined, ['begin']);
  const second = await oneChange(iterate, first.cursor, ['a', 'b']);
  console.log('change', second.kind, second.node.slug);
  const third = await oneChange(iterate, second.cursor, []);
  console.log('change', third.kind, third.node.slug);
}

// oneChange writes topics while it listens, and answers the first change that
// comes. Without a cursor it goes on writing: nothing tells when listening began.
async function oneChange(iterate, after, slugs) {
  let seen = false;
  const writing = (async () => {
    for (let n = 0; after ? n < slugs.length : !seen && n < 500; n++) {
      for await (const { data } of iterate({ query: create, variables: { slug: after ? slugs[n] : `${slugs[0]}-${n}` } })) {
        if (data.createTopic.errors.length) throw new Error(data.createTopic.errors[0].message);
      }
      await new Promise((resolve) => setTimeout(resolve, after ? 0 : 20));
    }
  })();
  for await (const { data } of iterate({ query: changes, variables: { after } })) {
    seen = true;
    await writing;
    // Those that were written before the first came are passed over.
    if (!after) return lastOf(iterate, data.changes);
    return data.changes;
  }
  throw new Error('the subscription ended without a change');
}

async function lastOf(iterate, change) {
  const marker = 'begun';
  for await (const _ of iterate({ query: create, variables: { slug: marker } }));
  for await (const { data } of iterate({ query: changes, variables: { after: change.cursor } })) {
    if (data.changes.node.slug === marker) return data.changes;
  }
}
