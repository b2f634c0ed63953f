// Asks with what graphql-codegen's client preset made of the schema.
import { GraphQLClient } from 'graphql-request';
import { document, useFragment, type DocumentType, type FragmentType } from './gql/index.js';

const article = document(`
  fragment Headline on Article { title publishedAt language jsonLd }
`);
const office = document(`
  query Office($on: Date!, $first: Int) {
    office(by: { slug: "foreign-minister-of-france" }) {
      kind
      holder(on: $on) { name articles(first: $first) { nodes { ...Headline } } }
      tenures { startedOn }
    }
  }
`);

// headline takes what holds a Headline, and nothing else.
function headline(held: FragmentType<typeof article>): string {
  const { title, language, publishedAt, jsonLd } = useFragment(article, held);
  // @ts-expect-error: JSON is what it is, to be looked at before it is used
  jsonLd.headline;
  // @ts-expect-error: drafts were never published
  publishedAt.slice(0, 10);
  return `${language} ${publishedAt?.slice(0, 10)} ${title}`;
}

export async function preset(client: GraphQLClient): Promise<void> {
  const { office: found }: DocumentType<typeof office> = await client.request(office, { on: '2021-11-26', first: 1 });
  console.log('preset', found?.kind, found?.tenures[0]?.startedOn, found?.holder?.name);
  for (const node of found?.holder?.articles.nodes ?? []) {
    console.log('preset', headline(node));
    // @ts-expect-error: fields of a fragment are seen by who asked for it
    node.title;
  }
  // @ts-expect-error: a Date is a string
  () => client.request(office, { on: 2021 });
  // @ts-expect-error: it is needed
  () => client.request(office, {});
  // @ts-expect-error: offices have no names, but titles
  found?.name;
}
