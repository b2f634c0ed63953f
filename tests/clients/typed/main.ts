import { GraphQLClient } from 'graphql-request';
import { preset } from './preset.js';
import { tada } from './tada.js';

export async function main(url: string): Promise<void> {
  const client = new GraphQLClient(url, { headers: { 'Accept-Language': 'ar' } });
  await preset(client);
  await tada(client);
}
