import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { compileJsonForm, type JsonForm } from '#domain/json-form.ts'
import type { Alert } from '#domain/records/index.ts'
import { seededRandom } from '#domain/seeded-random.ts'
import type { ReplayOutcome } from '../../services/cli/run-replay.ts'
import { compileCompletion } from '../../services/collect/normalize/complete.ts'
import type { Format, LogEvent } from '../../services/collect/normalize/format.ts'
import { ZEEK_JSON } from '../../services/collect/normalize/network/zeek-json.ts'
import { ZEEK_TSV } from '../../services/collect/normalize/network/zeek-tsv.ts'
import { aDirectory, replayOf } from '../support/replays.ts'
import { sharedFile } from '../support/shared-data.ts'

/** What each file holds: events, and lines that are skipped, by their reason. */
const FILES = [
  { file: 'dns.ndjson.gz', format: ZEEK_JSON, events: 3000, skips: {} },
  { file: 'ssl.ndjson.gz', format: ZEEK_JSON, events: 3000, skips: {} },
  { file: 'notice.ndjson.gz', format: ZEEK_JSON, events: 0, skips: { OTHER_SUBJECT: 207 } },
  { file: 'smtp.ndjson.gz', format: ZEEK_JSON, events: 0, skips: { OTHER_SUBJECT: 300 } },
  { file: 'weird.ndjson.gz', format: ZEEK_JSON, events: 0, skips: { OTHER_SUBJECT: 300 } },
  { file: 'dns.log.gz', format: ZEEK_TSV, events: 500, skips: { HEADER: 8 } },
  { file: 'ssl.log.gz', format: ZEEK_TSV, events: 500, skips: { HEADER: 8 } },
] as const

/** Of a tunnel or a beacon; what any of them says of a real line is a false alarm. */
const TUNNEL_RULES = [
  'odd-name-lookup',
  'name-lookup-burst',
  'data-in-name-lookup',
  'data-record-lookup',
]
const BEACON_RULES = ['beaconing']
const FALSE_ALARMS_MAX_SHARE = 1 / 1000
const REAL = 'server:real'
const STARTS_AT_S = 1521911720
/** The replay of 6,500 events, on a busy machine. */
const REPLAY_MAX_MS = 480_000

const isAbsent = FILES.some(({ file }) => sharedFile(`zeek/${file}`) === undefined)
const schemas = loadSchemas()
const complete = compileCompletion(schemas)
const form: JsonForm<object> = compileJsonForm(schemas.get('events.network.v1') ?? {})

test.skipIf(isAbsent).for(FILES)('$file: every line is an event or a stated skip', (one) => {
  const lines = linesOf(one.file)
  const { events, others } = readAll(one.format, lines)
  expect({ events: events.length, skips: others }).toEqual({ events: one.events, skips: one.skips })
})

test.skipIf(isAbsent).for([
  ['dns.log.gz', 'dns.ndjson.gz'],
  ['ssl.log.gz', 'ssl.ndjson.gz'],
] as const)('%s tells the same as %s', ([tsv, json]) => {
  const ofTsv = readAll(ZEEK_TSV, linesOf(tsv)).events
  const ofJson = readAll(ZEEK_JSON, linesOf(json)).events.slice(0, ofTsv.length)
  expect(ofTsv.map(comparable)).toEqual(ofJson.map(comparable))
})

test.skipIf(isAbsent)(
  'rules find an injected tunnel and beacon, and next to nothing in real lines',
  { timeout: REPLAY_MAX_MS },
  async ({ onTestFinished }) => {
    const directory = aDirectory()
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const real = ['dns.ndjson.gz', 'ssl.ndjson.gz'].flatMap((file) => placed(linesOf(file), REAL))
    const injected = [
      ...placed(tunnelLines(), 'server:tunnel'),
      ...placed(
        connectionLines('203.0.113.9', (index) => index * 60),
        'server:beacon',
      ),
      ...placed(
        connectionLines('203.0.113.10', (index) => index ** 2 * 2),
        'server:people',
      ),
    ]
    const path = join(directory, 'zeek.ndjson')
    const lines = [...real, ...injected].map((event, index) =>
      JSON.stringify({ ...event, layer: 'network', event_id: `e-${index}`, collector_seq: index }),
    )
    writeFileSync(path, `${lines.join('\n')}\n`)
    const outcome = await replayOf(path, { environment: {} })
    expect(outcome.input).toMatchObject({ acceptedCount: lines.length })

    const falseAlarms = alertsOf(outcome, [...TUNNEL_RULES, ...BEACON_RULES], REAL)
    process.stderr.write(
      `${falseAlarms.length} alerts of these rules on ${real.length} real lines of Zeek: ` +
        `${falseAlarms.map(({ rule_name }) => rule_name).join(' ')}\n`,
    )
    expect(falseAlarms.length).toBeLessThanOrEqual(real.length * FALSE_ALARMS_MAX_SHARE)
    const silent = TUNNEL_RULES.filter(
      (rule) => alertsOf(outcome, [rule], 'server:tunnel').length === 0,
    )
    expect(silent).toEqual([])
    expect(alertsOf(outcome, BEACON_RULES, 'server:beacon')).not.toEqual([])
    expect(alertsOf(outcome, BEACON_RULES, 'server:people')).toEqual([])
  },
)

function linesOf(file: string): string[] {
  const text = gunzipSync(readFileSync(sharedFile(`zeek/${basename(file)}`)!)).toString('utf8')
  return text.split('\n').filter((line) => line !== '')
}

function readAll(format: Format, lines: readonly string[]) {
  const reader = format.open()
  const events: LogEvent[] = []
  const others: Record<string, number> = {}
  for (const line of lines) {
    const reading = reader.read(Buffer.from(line))
    if (reading.ok === true) events.push(...reading.events)
    else {
      const why = reading.ok === 'skipped' ? reading.why : reading.reason
      others[why] = (others[why] ?? 0) + 1
    }
  }
  return { events, others }
}

/** Times and texts of both forms are equal; round trips were computed before they were written. */
function comparable({ facts }: LogEvent): object {
  return { ...facts, duration_ms: undefined }
}

/** The events of lines of Zeek's JSON, of one server. */
function placed(lines: readonly string[], sessionId: string): object[] {
  const serverId = sessionId.slice('server:'.length)
  return readAll(ZEEK_JSON, lines).events.map((read) => {
    const { event } = complete(read, {
      tenantId: 'acme',
      collectorId: 'zeek-1',
      collectorSeq: 0,
      collectedAtUs: read.facts.occurred_at,
      place: 'zeek',
      index: 0,
      owner: { sessionId, sessionBasis: 'server', agentId: null, serverId },
    })
    return form.toJson(event)
  })
}

/** Two hundred lookups in forty seconds: two labels of 44 letters and digits, as TXT. */
function tunnelLines(): string[] {
  const random = seededRandom(1)
  const label = () =>
    Array.from({ length: 44 }, () => Math.floor(random() * 36).toString(36)).join('')
  return Array.from({ length: 200 }, (_, index) =>
    JSON.stringify({
      _path: 'dns',
      ts: STARTS_AT_S + 5 + index * 0.2,
      'id.orig_h': '10.47.99.1',
      'id.orig_p': 40_000 + index,
      'id.resp_h': '10.0.0.100',
      'id.resp_p': 53,
      proto: 'udp',
      query: `${label()}.${label()}.notes.example`,
      qtype_name: 'TXT',
    }),
  )
}

/** Thirty connections, each up to two seconds after its time. */
function connectionLines(address: string, secondsOf: (index: number) => number): string[] {
  const random = seededRandom(2)
  return Array.from({ length: 30 }, (_, index) =>
    JSON.stringify({
      _path: 'conn',
      ts: STARTS_AT_S + secondsOf(index) + random() * 2,
      uid: `C${index}`,
      'id.orig_h': '10.47.99.2',
      'id.orig_p': 41_000 + index,
      'id.resp_h': address,
      'id.resp_p': 443,
      proto: 'tcp',
      conn_state: 'SF',
      duration: 0.4,
      orig_bytes: 300,
      resp_bytes: 200,
    }),
  )
}

function alertsOf(
  { findings }: ReplayOutcome,
  rules: readonly string[],
  sessionId: string,
): Alert[] {
  return [...findings.alerts.values()].filter(
    ({ rule_name, session_id }) => rules.includes(rule_name) && session_id === sessionId,
  )
}
