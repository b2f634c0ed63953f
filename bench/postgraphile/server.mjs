// Serves a database by PostGraphile: node server.mjs HOST:PORT URL
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const [address, connectionString] = process.argv.slice(2)
const [host, port] = address.split(':')
const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [makePgService({ connectionString, schemas: ['public'], poolConfig: { max: 16 } })],
  schema: { connectionFilterRelations: true },
  grafserv: { graphqlPath: '/graphql', watch: false, graphiql: false },
  grafast: { explain: false }
}).createServ(grafserv)
const server = createServer()
await instance.addTo(server)
await instance.ready?.()
server.listen(Number(port), host)
