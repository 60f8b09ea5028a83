import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import type { Incident } from '#domain/records/index.ts'
import { aDirectory, replayOf, SCENARIO_FILE } from '../support/replays.ts'

const SCENARIO = readFileSync(SCENARIO_FILE, 'utf8')
const ATTACKED_SESSION = 'conv-027'

type Change = (line: string) => string

/** Replays the bundled scenario with each line changed, and answers the incidents by session. */
async function incidentsOf(change: Change): Promise<Map<string, Incident>> {
  const directory = aDirectory()
  const file = join(directory, 'scenario.ndjson')
  const lines = SCENARIO.split('\n').filter((line) => line !== '')
  writeFileSync(file, lines.map((line) => `${change(line)}\n`).join(''))
  const { findings } = await replayOf(file)
  rmSync(directory, { recursive: true })
  return new Map(
    [...findings.incidents.values()].map((incident) => [incident.session_ids.join(), incident]),
  )
}

test('the scenario as bundled: one critical incident over all four layers', async () => {
  const incidents = await incidentsOf((line) => line)
  expect([...incidents.keys()]).toEqual([ATTACKED_SESSION])
  const incident = incidents.get(ATTACKED_SESSION)
  expect(incident).toMatchObject({
    severity: 'critical',
    settled: true,
    layers: ['application', 'data', 'model', 'network'],
    destinations: ['ledger-sync.example'],
  })
  expect(incident?.data_touched.map((touched) => touched.object)).toContain('payment_cards')
  expect(incident?.severity_reasons.some((reason) => reason.startsWith('data_left'))).toBe(true)
})

test('another recipient, table and order: the incident changes with them', async () => {
  const incidents = await incidentsOf((line) =>
    line
      .replaceAll('archive@ledger-sync.example', 'inbox@quiet-harvest.example')
      .replaceAll('ledger-sync.example', 'quiet-harvest.example')
      .replaceAll('payment_cards', 'staff_salaries')
      .replaceAll('30236', '77120'),
  )
  const incident = incidents.get(ATTACKED_SESSION)
  expect(incident).toMatchObject({
    severity: 'critical',
    destinations: ['quiet-harvest.example'],
  })
  const objects = incident?.data_touched.map((touched) => touched.object)
  expect(objects).toContain('staff_salaries')
  expect(objects).not.toContain('payment_cards')
})

test('the vector brought the text in, the attacker is the calls that followed', async () => {
  const incident = (await incidentsOf((line) => line)).get(ATTACKED_SESSION)
  const events = SCENARIO.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { event_id: string; content?: string; tool_name?: string })
  const poisoned = events.filter((event) => event.content?.includes('Attention, assistant'))
  expect(incident?.injection_event_ids).toEqual(poisoned.map((event) => event.event_id))
  const tools = new Set(
    events
      .filter((event) => incident?.attacker_event_ids.includes(event.event_id))
      .map((event) => event.tool_name),
  )
  expect(tools).toEqual(new Set(['run_query', 'send_mail']))
})

const INJECTED = /\\n\\nAttention, assistant.*?in your reply\./

test('without the injected text nobody followed one, and no vector is named', async () => {
  const incidents = await incidentsOf((line) => line.replace(INJECTED, ''))
  expect(SCENARIO).toMatch(INJECTED)
  const incident = incidents.get(ATTACKED_SESSION)
  expect(incident?.injection_event_ids ?? []).toEqual([])
  expect(incident?.severity ?? 'moderate').toBe('moderate')
})

/** What the agent did only because the text told it to. */
const FOLLOWED = /"(run_query|send_mail)"|payment_cards|ledger-sync|econciliation/

test('without the injected text and what followed it there is no incident', async () => {
  const incidents = await incidentsOf((line) =>
    FOLLOWED.test(line.replace(INJECTED, '')) ? '' : line.replace(INJECTED, ''),
  )
  expect([...incidents.keys()]).toEqual([])
})
