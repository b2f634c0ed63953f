// Runs graphql-request against the demo newsroom at the URL given, with the token
// given.
import { ClientError, gql, GraphQLClient, rawRequest } from 'graphql-request';

const [url, token] = process.argv.slice(2);
const reader = new GraphQLClient(url, { headers: { 'Accept-Language': 'ar' } });
const editor = new GraphQLClient(url, { headers: { Authorization: `Bearer ${token}`, 'Diwan-Perspective': 'draft' } });

const office = gql`query ($on: Date!) { office(by: { slug: "foreign-minister-of-france" }) { holder(on: $on) { name } } }`;
console.log('holder', (await reader.request(office, { on: '2022-05-20' })).office.holder.name);

const count = gql`{ articles { totalCount } }`;
for (const client of [reader, editor]) console.log('articles', (await client.request(count)).articles.totalCount);

const { status, headers } = await rawRequest(url, count);
console.log('status', status, headers.get('content-type'));

const create = gql`mutation ($names: [LocalizedTextInput!]!) { createTopic(input: { names: $names }) { topic { slug } errors { code path } } }`;
console.log('topic', (await editor.request(create, { names: [{ language: 'ar', value: 'مُكافَحة الإرهاب' }] })).createTopic.topic.slug);
const [wrong] = (await editor.request(create, { names: [{ language: 'ar', value: ' ' }] })).createTopic.errors;
console.log('wrong', wrong.code, wrong.path.join('.'));

for (const ask of [
  () => reader.request('{ nothing }'),
  () => reader.request('{ articles(after: "x") { totalCount } }'),
  () => reader.request(create, { names: [] }),
  () => reader.batchRequests([{ document: count }, { document: count }]),
  () => new GraphQLClient(url, { headers: { Authorization: 'Bearer none' } }).request(count),
]) {
  await ask().catch((error) => console.log('error', error instanceof ClientError, error.response.status, error.response.errors?.[0].extensions.code));
}
