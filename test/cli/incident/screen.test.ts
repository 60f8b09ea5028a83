import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

import { beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'

import { incidentTable, listIncidents, readIncident } from '../../../services/cli/incident.ts'
import { renderIncident } from '../../../services/cli/incident-view.ts'
import { linesOf, type Scenario } from '../../golden/script.ts'
import { CALL_COUNT } from '../../golden/scenarios/call-count.ts'
import { PARAMETERS } from '../../golden/scenarios/parameters.ts'
import { aDirectory, replayOf } from '../../support/replays.ts'

/** One incident with a vector, a call and harm; one that only a baseline knows. */
const SCENARIOS: readonly Scenario[] = [PARAMETERS, CALL_COUNT]

let list: string
const screens = new Map<string, string>()

beforeAll(async () => {
  const directory = aDirectory()
  const events = join(directory, 'events.ndjson')
  const inventory = join(directory, 'inventory.yaml')
  const lines = SCENARIOS.flatMap(({ name, cast, history, attack }) =>
    linesOf(name, cast, [...history, attack]),
  )
  const agents = Object.fromEntries(SCENARIOS.map(({ cast }) => [cast.agent, cast.scope]))
  writeFileSync(events, lines.map((line) => `${line}\n`).join(''))
  writeFileSync(inventory, stringify({ agents }))
  await replayOf(events, {
    environment: { TOCSIN_INVENTORY: inventory },
    dataDirectory: join(directory, 'data'),
    keepsEvidence: true,
    onSettled: async (_world, evidence) => {
      if (evidence === undefined) throw new Error('no evidence was kept')
      const rows = await listIncidents(evidence, '50')
      list = stripVTControlCharacters(incidentTable(rows))
      for (const { incident_id, tenant_id } of rows) {
        const screen = renderIncident(await readIncident(evidence, incident_id))
        screens.set(tenant_id, stripVTControlCharacters(screen))
      }
    },
  })
  rmSync(directory, { recursive: true })
})

test('the list: an incident a line, with its severity and title', () => {
  expect(list.split('\n')).toHaveLength(1 + SCENARIOS.length)
  expect(list).toMatch(/^critical .* Private data sent out because a text from outside said so/m)
  expect(list).toMatch(/^moderate .* Far more tool calls than this agent usually makes/m)
})

test.for(SCENARIOS)('the screen of $name is the one committed', ({ name }) => {
  const path = fileURLToPath(new URL(`./${name}.screen.txt`, import.meta.url))
  expect(screens.get(name)).toBe(readFileSync(path, 'utf8'))
})
