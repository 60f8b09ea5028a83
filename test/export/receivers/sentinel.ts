import { readText } from '../../support/checkout.ts'
import { SECRETS } from '../example-sinks.ts'
import { anHttpReceiver, type Asked, type Reply } from './http-receiver.ts'
import type { StartReceiver } from './receiver.ts'

const CALL_MAX_BYTES = 1_048_576
const TOKEN_CALLS_MAX_COUNT = 3

type Row = Record<string, unknown> & { EventUid: string }

/** Columns that the rule of the examples declares. */
const COLUMNS = (
  JSON.parse(readText('deploy/examples/sentinel-rule.json')) as {
    properties: { streamDeclarations: Record<string, { columns: { name: string }[] }> }
  }
).properties.streamDeclarations['Custom-Tocsin_CL']?.columns.map(({ name }) => name)

/** The Logs Ingestion API with its authority; a token is good for three calls. */
export const startSentinel: StartReceiver = async (troubles) => {
  const taken: string[] = []
  const complaints: string[] = []
  const keys = new Set<string>()
  const left = new Map<string, number>()
  const grant = ({ body }: Asked): Reply => {
    const form = new URLSearchParams(body)
    const isRight =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_secret') === SECRETS.SENTINEL_SECRET &&
      form.get('scope') === 'https://monitor.azure.com/.default'
    if (!isRight) return { status: 401, json: { error: 'invalid_client' } }
    const token = `token-${left.size}`
    left.set(token, TOKEN_CALLS_MAX_COUNT)
    return { status: 200, json: { access_token: token, expires_in: 3_599, token_type: 'Bearer' } }
  }
  const ingest = ({ headers, body, path }: Asked): Reply => {
    const token = (headers.authorization ?? '').replace('Bearer ', '')
    const leftCount = left.get(token) ?? 0
    if (leftCount === 0) return { status: 401, json: {} }
    left.set(token, leftCount - 1)
    if (!path.endsWith('/streams/Custom-Tocsin_CL?api-version=2023-01-01')) return { status: 404 }
    if (Buffer.byteLength(body) > CALL_MAX_BYTES) {
      complaints.push('too large')
      return { status: 413, json: {} }
    }
    for (const row of JSON.parse(body) as Row[]) {
      const names = Object.keys(row)
      if (names.join() !== COLUMNS?.join()) complaints.push(`columns ${names.join()}`)
      taken.push(row.EventUid)
      keys.add(row.EventUid)
    }
    return { status: 204 }
  }
  const http = await anHttpReceiver(
    troubles,
    (asked) => (isOfAuthority(asked.path) ? grant(asked) : ingest(asked)),
    // To lose an answer of the authority loses nothing: the trouble waits for the rows.
    ({ kind }, path) => kind !== 'cut_after' || !isOfAuthority(path),
  )
  const settings = {
    endpoint: http.url,
    authority: http.url,
    client_secret: { env: 'SENTINEL_SECRET' },
  }
  return { settings, taken, keys, complaints, cameAtMs: http.cameAtMs, close: http.close }
}

function isOfAuthority(path: string): boolean {
  return path.endsWith('/oauth2/v2.0/token')
}
