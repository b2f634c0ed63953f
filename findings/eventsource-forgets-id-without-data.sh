#!/usr/bin/env bash
# npm eventsource 4.1.1 (with eventsource-parser 3.1.1), the EventSource of Node: an event that has only
# an `id:` does not count as the last one received.
#
# One would guess that the client sends it as Last-Event-ID when it connects again: by the HTML Standard ("dispatch the
# event"), the last event ID is set first, and only then an event without data is dropped. It is how a stream can say
# where it is before anything has happened. The parser reports an event only if it has data, and the id with it.
#
# Whom it hurts: whoever follows changes from Node. A stream that breaks before its first event starts again at the
# present, and what happened in between is lost, with no error on either side. With an empty `data:` line beside
# the id, it is remembered.
#
# Seen: after `id: 7` and a cut the client comes back without Last-Event-ID; after `id: 8` with an
# empty `data:` it comes back with 8. The script fails if that changes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund eventsource@4.1.1 eventsource-parser@3.1.1
cat >finding.mjs <<'JS'
import http from 'node:http'
import { EventSource } from 'eventsource'

// comesBackWith is the Last-Event-ID of the second request, after this text and a cut.
async function comesBackWith(text) {
	let requests = 0
	let source
	const second = await new Promise((resolve, reject) => {
		const server = http.createServer((request, response) => {
			requests++
			if (requests === 2) {
				resolve(request.headers['last-event-id'])
				response.end()
				source.close()
				server.close()
				return
			}
			response.writeHead(200, { 'Content-Type': 'text/event-stream' })
			response.end('retry: 10\n\n' + text)
		})
		server.listen(0, '127.0.0.1', () => {
			source = new EventSource(`http://127.0.0.1:${server.address().port}/`)
		})
		setTimeout(() => reject(new Error('the client did not come back')), 15000).unref()
	})
	return second
}

const alone = await comesBackWith('id: 7\n\n')
const beside = await comesBackWith('id: 8\ndata:\n\n')
console.log('after an id alone:', alone ?? 'no Last-Event-ID')
console.log('after an id with empty data:', beside ?? 'no Last-Event-ID')
if (alone !== undefined || beside !== '8') {
	console.log('that was not seen before')
	process.exit(1)
}
console.log('as described')
process.exit(0)
JS
node finding.mjs
