import { rmSync } from 'node:fs'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openHttpEvidence } from '#adapters/clickhouse/http.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { tocsin } from '../support/cli.ts'
import { aLiveTocsin, type LiveTocsin } from '../support/live.ts'
import { anAlert } from '../support/records.ts'
import { aDirectory } from '../support/replays.ts'
import { insertRecords } from '../sql/evidence.ts'

const COUNT = "SELECT count() AS count FROM alerts WHERE alert_id = 'written-here'"

const directory = aDirectory()
let live: LiveTocsin

beforeAll(async () => {
  live = await aLiveTocsin(directory, ['evidence'])
})
afterAll(async () => {
  await live.stop()
  rmSync(directory, { recursive: true })
})

function evidenceOf(user: 'reader' | 'writer'): EvidenceStore {
  const { sql, tokens } = live.doors
  return openHttpEvidence({ url: sql?.url ?? '', user, password: tokens[`sql-${user}`] })
}

test('`start evidence`: a store elsewhere writes, a person reads, no event gets in', async () => {
  const writer = evidenceOf('writer')
  const reader = evidenceOf('reader')
  await insertRecords(writer, 'alerts.v1', [anAlert({ alert_id: 'written-here' })])
  expect(await reader.query(COUNT)).toEqual([{ count: '1' }])
  await expect(
    insertRecords(reader, 'alerts.v1', [anAlert({ alert_id: 'not-here' })]),
  ).rejects.toMatchObject({ code: 'EVIDENCE_UNAVAILABLE' })
  await writer.close()
  await reader.close()
  const { http, tokens } = live.doors
  const headers = { authorization: `Bearer ${tokens.ingest}` }
  const posted = await fetch(`${http.url}/v1/events`, { method: 'POST', headers, body: '{}' })
  expect(posted.status).toBe(404)
  await posted.body?.cancel()
})

test('what was written stays: the next start, and a command when none runs', async () => {
  expect(await live.stop()).toEqual({ code: 0, stdout: '', stderr: '' })
  const args = ['query', 'incidents', '-p', 'tenant_id=', '-p', 'row_limit=1']
  const asked = await tocsin([...args, '--data-dir', directory])
  expect(asked).toEqual({ code: 0, stdout: 'no rows\n', stderr: '' })
  live = await aLiveTocsin(directory, ['evidence'])
  const reader = evidenceOf('reader')
  expect(await reader.query(COUNT)).toEqual([{ count: '1' }])
  await reader.close()
})
