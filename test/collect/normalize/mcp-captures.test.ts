import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { eventLine } from '../../../services/collect/normalize/mcp-draft.ts'
import { compileNormalizer } from '../../../services/collect/normalize/event.ts'
import type { Told } from '../../../services/collect/normalize/mcp-connection.ts'
import { sharedFile } from '../../support/shared-data.ts'
import { TestConnection } from './a-connection.ts'

type Captured = {
  ts: string
  dir: 'c2s' | 's2c' | 'stderr' | 'exit'
  x?: number
  headers?: Record<string, string>
  msg?: unknown
}

/** What passed in a recording, as events. */
function eventsOf(path: string): Told[] {
  const connection = new TestConnection()
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { ts, dir, x: exchange = 0, headers = {}, msg: json } = JSON.parse(line) as Captured
    if (json === undefined) continue
    const said = { json, headers, exchange, atUs: Date.parse(ts) * 1000 }
    if (dir === 'c2s') connection.client(said)
    if (dir === 's2c') connection.server(said)
  }
  return connection.told
}

const CASES: { name: string; events: (string | null)[] }[] = [
  {
    name: 'legacy-stdio.ndjson',
    events: [
      'session_start',
      'tools_listed',
      ...Array.from({ length: 14 }, () => 'tools_listed'),
      'tool_call read_text_file',
      'tool_result read_text_file',
      'tool_call read_text_file',
      'tool_result read_text_file failed',
    ],
  },
  {
    name: 'attack/s02_rug_pull.evil.ndjson',
    events: [
      'session_start',
      'tools_listed',
      ...Array.from({ length: 2 }, () => 'tools_listed'),
      'tool_call sum',
      'tool_result sum',
      'tools_listed',
      'tools_listed',
    ],
  },
  {
    name: 'attack/s06_stacked_write.pg.ndjson',
    // Its answer is a text without a text, which every client refuses.
    events: ['session_start', 'tool_call query', 'tool_result query failed'],
  },
]

const present = CASES.flatMap((one) => {
  const path = sharedFile(`mcp-captures/${one.name}`)
  return path === undefined ? [] : [{ ...one, path }]
})

describe.runIf(present.length > 0)('recorded wires', () => {
  test.for(present)('$name gives its events in order', ({ path, events }) => {
    const found = eventsOf(path).map(({ draft }) => {
      const { action, tool_name, is_error } = draft
      if (action === 'tools_listed' || !tool_name) return action
      return `${action} ${tool_name}${is_error === true ? ' failed' : ''}`
    })
    expect(found).toEqual(events)
  })

  const all = [
    'auto-fallback-stdio',
    'dual-server-legacy-client-http',
    'legacy-http',
    'legacy-stdio',
    'modern-dbhub-http',
    'modern-http',
    'modern-stdio',
    'otel-openinference-stdio',
    'attack/s04-s09-http',
    'attack/s05_bulk_select.pg',
    'attack/s12_loop_burst.fs',
  ].flatMap((name) => {
    const path = sharedFile(`mcp-captures/${name}.ndjson`)
    return path === undefined ? [] : [{ name, path }]
  })

  test.for(all)('$name: every event is one that collect takes', ({ path }) => {
    const normalize = compileNormalizer(loadSchemas())
    const origin = {
      tenantId: 'acme',
      collectorId: 'tap-1',
      serverId: 's',
      transport: 'stdio',
    } as const
    const told = eventsOf(path)
    expect(told.length).toBeGreaterThan(1)
    const read = told.map(({ draft, actor, atUs }, index) =>
      normalize(eventLine(draft, actor, origin, { seq: index + 1, occurredAtUs: atUs })),
    )
    expect(read.filter((one) => !one.ok || one.unknownFieldCount > 0)).toEqual([])
  })

  test('a token never stands in an event, its hash does', () => {
    const path = sharedFile('mcp-captures/attack/s04-s09-http.ndjson')
    if (path === undefined) return
    const origin = {
      tenantId: 'acme',
      collectorId: 'tap-1',
      serverId: 's',
      transport: 'http',
    } as const
    const lines = eventsOf(path).map(({ draft, actor, atUs }, index) =>
      eventLine(draft, actor, origin, { seq: index + 1, occurredAtUs: atUs }),
    )
    expect(lines.join('\n')).not.toContain('tok-A')
    const stolen = lines.find((line) => line.includes('"tool_name":"get-env"')) ?? '{}'
    expect(JSON.parse(stolen)).toMatchObject({
      token_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      extra: { user_agent: '"python-httpx/0.28"' },
    })
  })

  test('the trace on the wire is the event’s, and its session', () => {
    const path = sharedFile('mcp-captures/otel-openinference-stdio.ndjson')
    if (path === undefined) return
    const traced = eventsOf(path).filter(({ actor }) => actor.traceId !== undefined)
    expect(traced.length).toBeGreaterThan(0)
    for (const { actor } of traced)
      expect(actor).toMatchObject({ sessionBasis: 'trace', sessionId: actor.traceId })
  })
})
