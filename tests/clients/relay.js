// Compiles the operations of this file with Relay's compiler, and runs them with
// Relay's runtime against the demo newsroom at the URL given, with the token
// given. What the compiler reads and writes is in the folder given last.
import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import compiler from 'relay-compiler';
import relay from 'relay-runtime';

const [url, token, , folder] = process.argv.slice(2);

copyFileSync(`${import.meta.dirname}/../../docs/schema.graphql`, `${folder}/schema.graphql`);
writeFileSync(`${folder}/package.json`, '{ "type": "commonjs" }');
writeFileSync(`${folder}/relay.config.json`, JSON.stringify({ src: '.', schema: 'schema.graphql', language: 'javascript', eagerEsModules: false }));
copyFileSync(fileURLToPath(import.meta.url), `${folder}/relay.js`);
execFileSync(compiler, ['relay.config.json'], { cwd: folder });

// A tag stands for what the compiler wrote, as babel-plugin-relay has it.
const artifact = createRequire(`${folder}/__generated__/`);
const graphql = ([text]) => artifact(`./${text.match(/\w+ (\w+)/)[1]}.graphql.js`);

const country = graphql`
  query relayCountryQuery($code: String!) {
    country(by: { code: $code }) { id name ...relay_articles ...relay_name }
  }
`;
const articles = graphql`
  fragment relay_articles on Country
  @refetchable(queryName: "relayArticlesQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 7 }, after: { type: "String" }) {
    articles(first: $first, after: $after) @connection(key: "relay_articles") {
      totalCount
      edges { node { id title } }
    }
  }
`;
const name = graphql`
  fragment relay_name on Country
  @refetchable(queryName: "relayNameQuery")
  @argumentDefinitions(language: { type: "Language" }) {
    translated: name(language: $language)
  }
`;
const node = graphql`
  query relayNodeQuery($id: ID!) {
    node(id: $id) { __typename id ... on Article { title version } }
  }
`;
const update = graphql`
  mutation relayUpdateMutation($id: ID!, $title: String!, $version: Int) {
    updateArticle(id: $id, input: { title: $title }, expectedVersion: $version) {
      article { id title version }
      errors { code path }
    }
  }
`;
const wrong = graphql`
  query relayWrongQuery { articles(after: "x") { totalCount } }
`;

let requests = 0;
const environment = new relay.Environment({
  store: new relay.Store(new relay.RecordSource()),
  network: relay.Network.create(async ({ text }, variables) => {
    requests++;
    const headers = { 'Content-Type': 'application/json', 'Accept-Language': 'ar', Authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    return response.json();
  }),
});

// asked sends a query, and keeps its answer in the store.
async function asked(query, variables) {
  environment.retain(relay.createOperationDescriptor(query, variables));
  return relay.fetchQuery(environment, query, variables).toPromise();
}
const read = (fragment, ref) => environment.lookup(relay.getSingularSelector(fragment, ref)).data;

const found = (await asked(country, { code: 'FR' })).country;
console.log('country', found.name);

// The next pages of a list below a node come from the query that the compiler
// made of the fragment, by `node(id:)`, and the list in the store grows.
const { paginationRequest, paginationMetadata, identifierField } = relay.getPaginationMetadata(articles, 'relay.js');
console.log('list', ...counted());
for (let page = 2; page <= 3; page++) {
  const { endCursor } = read(articles, found).articles.pageInfo;
  const variables = relay.getPaginationVariables('forward', 7, endCursor, {}, {}, paginationMetadata);
  await asked(paginationRequest, { ...variables, id: found[identifierField] });
  console.log('list', ...counted());
}

function counted() {
  const { edges, totalCount, pageInfo } = read(articles, found).articles;
  return [edges.length, 'distinct', new Set(edges.map(({ node }) => node.id)).size, 'of', totalCount, 'more', pageInfo.hasNextPage];
}

// A fragment is asked for again with other arguments.
const { refetchableRequest } = relay.getRefetchMetadata(name, 'relay.js');
console.log('name', read(name, found).translated);
const again = await asked(refetchableRequest, { id: found.id, language: 'fr' });
console.log('name', read(name, again.node).translated);

// A node that the list brought is in the store, and is what a mutation made it.
const { id, title } = read(articles, found).articles.edges[0].node;
const { version } = (await asked(node, { id })).node;
requests = 0;
const variables = { id, title: 'مُؤتَمَر بغداد 2', version };
const write = () => new Promise((resolve, reject) => {
  relay.commitMutation(environment, { mutation: update, variables, onCompleted: resolve, onError: reject });
});
await write();
const stored = environment.lookup(relay.createOperationDescriptor(node, { id }).fragment).data.node;
console.log('node', stored.__typename, stored.title, read(articles, found).articles.edges[0].node.title, stored.title !== title, 'requests', requests);
console.log('conflict', ...(await write()).updateArticle.errors.map(({ code, path }) => `${code} ${path}`));

// An error that leaves no data is thrown, and the answer with its code is beside it.
await asked(wrong, {}).catch((error) => console.log('error', error.source.errors[0].extensions.code));
