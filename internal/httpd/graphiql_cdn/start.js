// Starts GraphiQL from the CDN's globals, when they arrived.
if (window.GraphiQL) {
  const query = `# The latest articles.
# To run: the pink button, or Ctrl-Enter.

query Latest {
  articles(first: 5) {
    nodes {
      title
      publishedAt
    }
  }
}
`;
  ReactDOM.createRoot(document.getElementById('graphiql')).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: new URL('graphql', document.baseURI).href }),
      defaultQuery: query,
    }),
  );
}
