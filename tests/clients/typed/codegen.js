// What graphql-codegen's client preset makes of the schema, for preset.ts.
/** @type {import('@graphql-codegen/cli').CodegenConfig} */
export default {
  schema: 'schema.graphql',
  documents: 'preset.ts',
  emitLegacyCommonJSImports: false,
  pluckConfig: { globalGqlIdentifierName: 'document' },
  generates: {
    'gql/': {
      preset: 'client',
      presetConfig: { gqlTagName: 'document' }, // every call of graphql() is gql.tada's to check
      config: {
        useTypeImports: true,
        strictScalars: true, // a scalar without a type here is an error, and no `any`
        scalars: { DateTime: 'string', Date: 'string', PartialDate: 'string', Language: 'string', URL: 'string', JSON: 'unknown' },
      },
    },
  },
};
