import list from '../examples/examples.json';

const queries = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true });

const written = (object) => (object ? JSON.stringify(object, null, 2) : '');

// The tabs a reader finds on the first visit, in GraphiQL's own shape. They
// are kept as plain files, so that the server's tests run each of them too.
export const examples = list.map(({ file, variables, headers }) => ({
  query: queries[`../examples/${file}`],
  variables: written(variables),
  headers: written(headers),
}));
