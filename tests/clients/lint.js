// Lints the schema in the folder given with @graphql-eslint, and prints one line
// for each fault. All rules for schemas are on, save for these.
import { ESLint } from 'eslint';
import graphql from '@graphql-eslint/eslint-plugin';

const rules = {
  'alphabetize': 'off', // what is said first matters more: keys, then content, then dates
  'description-style': 'off', // a line stands in quotes, a paragraph in blocks
  'input-name': 'off', // `id` and `expectedVersion` stand beside `input`: they say which, not what
  'no-root-type': 'off', // there to forbid mutations or subscriptions; we have both
  'require-field-of-type-query-in-mutation-result': 'off', // a payload answers what was written; a page of a list costs more
  'require-nullable-result-in-root': 'off', // a list and a payload are never null: what is wrong is told in errors
  'relay-arguments': ['error', { includeBoth: false }], // a log is read forward
  // Lists of nodes stand beside `edges`, and tags of an article are no pages. Changes and revisions are rows, but no nodes.
  'relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  // What is no node is part of one, or of an answer.
  'strict-id-in-types': ['error', {
    acceptedIdNames: ['id'],
    acceptedIdTypes: ['ID'],
    exceptions: {
      types: ['Alias', 'Appearance', 'ArticleFacets', 'AuditEntry', 'Change', 'DiffPart', 'FieldDiff', 'Highlight', 'LocalizedText', 'Mention', 'PageInfo', 'Revision', 'Suggestion', 'TextAnalysis', 'TextRange', 'UpsertArticleResult', 'UpsertOfficeResult', 'UpsertOfficialResult', 'UpsertTenureResult', 'UpsertTopicResult', 'Viewer', 'Warning'],
      suffixes: ['Connection', 'Edge', 'Error', 'Facet', 'Payload'],
    },
  }],
};

const cwd = process.argv[2];
const { configs, parser } = graphql;
const named = Object.fromEntries(Object.entries(rules).map(([rule, setting]) => [`@graphql-eslint/${rule}`, setting]));
const eslint = new ESLint({
  cwd,
  overrideConfigFile: true,
  overrideConfig: {
    files: ['*.graphqls'],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: `${cwd}/*.graphqls` } } },
    plugins: { '@graphql-eslint': graphql },
    rules: { ...configs['flat/schema-all'].rules, ...configs['flat/schema-relay'].rules, ...named },
  },
});
for (const { filePath, messages } of await eslint.lintFiles('*.graphqls')) {
  for (const { line, ruleId, message } of messages) console.log(`${filePath.slice(cwd.length + 1)}:${line} ${ruleId} ${message}`);
}
