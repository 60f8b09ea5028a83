import { SECRETS } from '../example-sinks.ts'
import { anHttpReceiver, type Reply } from './http-receiver.ts'
import type { Receiver } from './receiver.ts'
import type { Trouble } from './http-receiver.ts'

type Action = { index?: { _index: string; _id: string } }
type Document = { '@timestamp': string; ecs: { version: string }; event: { id: string } }

/** Elasticsearch, and what stands in its index. */
export type Elastic = Receiver & { documents: Map<string, Document> }

/**
 * Elasticsearch's bulk API: an answer for each document, in order. `busyAt`: which documents it is
 * too busy for, counted from the start.
 */
export async function startElastic(troubles: Trouble[], busyAt: number[] = []): Promise<Elastic> {
  const documents = new Map<string, Document>()
  const taken: string[] = []
  const complaints: string[] = []
  const keys = new Set<string>()
  let count = -1
  const index = (action: Action, document: Document): { status: number; error?: object } => {
    count += 1
    if (busyAt.includes(count))
      return { status: 429, error: { type: 'es_rejected_execution_exception' } }
    if (action.index === undefined || document.ecs?.version === undefined)
      return { status: 400, error: { type: 'document_parsing_exception' } }
    documents.set(action.index._id, document)
    taken.push(document.event.id)
    keys.add(action.index._id)
    return { status: 201 }
  }
  const http = await anHttpReceiver(troubles, ({ path, headers, body }): Reply => {
    if (headers.authorization !== `ApiKey ${SECRETS.ELASTIC_API_KEY}`)
      return { status: 401, json: {} }
    if (headers['content-type'] !== 'application/x-ndjson') return { status: 406, json: {} }
    if (!path.startsWith('/_bulk') || !body.endsWith('\n')) return { status: 400, json: {} }
    const lines = body.slice(0, -1).split('\n')
    const items = lines.flatMap((line, at) =>
      at % 2 === 0
        ? [
            {
              index: index(
                JSON.parse(line) as Action,
                JSON.parse(lines[at + 1] ?? '{}') as Document,
              ),
            },
          ]
        : [],
    )
    return { status: 200, json: { errors: items.some((item) => item.index.status >= 300), items } }
  })
  const settings = { url: http.url }
  return {
    settings,
    documents,
    taken,
    keys,
    complaints,
    cameAtMs: http.cameAtMs,
    close: http.close,
  }
}
