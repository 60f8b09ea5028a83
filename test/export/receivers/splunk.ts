import { SECRETS } from '../example-sinks.ts'
import { anHttpReceiver, type Asked, type Reply } from './http-receiver.ts'
import type { StartReceiver } from './receiver.ts'

const CONTENT_MAX_BYTES = 838_860
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type Envelope = { fields: { event_uid: string }; event: { metadata: { uid: string } } }

/**
 * Splunk's HTTP Event Collector with indexer acknowledgement: an `ackId` a request, true at the
 * second look of its own channel.
 */
export const startSplunk: StartReceiver = async (troubles) => {
  const taken: string[] = []
  const complaints: string[] = []
  const keys = new Set<string>()
  const looks = new Map<number, number>()
  let lastAckId = -1
  const take = ({ headers, body }: Asked): Reply => {
    if (!GUID.test(String(headers['x-splunk-request-channel'])))
      return { status: 400, json: { text: 'Data channel is missing', code: 10 } }
    if (Buffer.byteLength(body) > CONTENT_MAX_BYTES) {
      complaints.push('too large')
      return { status: 413 }
    }
    for (const envelope of concatenated(body)) {
      if (envelope.fields.event_uid !== envelope.event.metadata.uid) complaints.push('unlabelled')
      taken.push(envelope.event.metadata.uid)
      keys.add(envelope.fields.event_uid)
    }
    lastAckId += 1
    return { status: 200, json: { text: 'Success', code: 0, ackId: lastAckId } }
  }
  const look = ({ body }: Asked): Reply => {
    const { acks } = JSON.parse(body) as { acks: number[] }
    const seen = acks.map((id) => {
      looks.set(id, (looks.get(id) ?? 0) + 1)
      return [String(id), (looks.get(id) ?? 0) >= 2] as const
    })
    return { status: 200, json: { acks: Object.fromEntries(seen) } }
  }
  const http = await anHttpReceiver(troubles, (asked) => {
    if (asked.headers.authorization !== `Splunk ${SECRETS.SPLUNK_HEC_TOKEN}`)
      return { status: 403, json: { text: 'Invalid token', code: 4 } }
    return asked.path.startsWith('/services/collector/ack?') ? look(asked) : take(asked)
  })
  return {
    settings: { url: http.url },
    taken,
    keys,
    complaints,
    cameAtMs: http.cameAtMs,
    close: http.close,
  }
}

/** JSON objects one behind the other, on lines of their own as it happens. */
function concatenated(body: string): Envelope[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Envelope)
}
