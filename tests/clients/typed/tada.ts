// Asks with what gql.tada reads off the schema while TypeScript checks types.
import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada';
import type { GraphQLClient } from 'graphql-request';
import type { introspection } from './tada-env.js';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Date: string; PartialDate: string; Language: string; URL: string; JSON: unknown };
}>();

const country = graphql(`
  query Country($filter: ArticleFilter, $language: Language) {
    country(by: { code: "IQ" }) {
      name(language: $language)
      articles(first: 1, filter: $filter) { nodes { title status publishedAt } }
    }
  }
`);

const filter: VariablesOf<typeof country>['filter'] = { status: { in: ['PUBLISHED'] }, publishedAt: { lt: '2021-01-01T00:00:00Z' } };
// @ts-expect-error: there is no such status
const wrong: typeof filter = { status: { eq: 'SPIKED' } };

type Articles = NonNullable<ResultOf<typeof country>['country']>['articles'];
// @ts-expect-error: nodes are never null
const none: Articles = { nodes: [null] };

export async function tada(client: GraphQLClient): Promise<void> {
  const { country: found } = await client.request(country, { filter, language: 'ar' });
  console.log('tada', found?.name, found?.articles.nodes[0]?.status, found?.articles.nodes[0]?.title);
  // @ts-expect-error: it was not asked for
  found?.flag;
  // @ts-expect-error: a Language is a string
  () => client.request(country, { language: 1 });
}
