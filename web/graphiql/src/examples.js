import list from '../examples/examples.json';

const queries = import.meta.glob('../examples/*.graphql', { query: '?raw', import: 'default', eager: true });

const written = (object) => (object ? JSON.stringify(object, null, 2) : '');

// The tabs of the first visit, in the form that GraphiQL takes. The queries are plain
// files so that the server's tests can run them too.
export const examples = list.map(({ file, variables, headers }) => ({
  query: queries[`../examples/${file}`],
  variables: written(variables),
  headers: written(headers),
}));
