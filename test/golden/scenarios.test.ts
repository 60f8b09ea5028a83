import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { beforeAll, describe, expect, test } from 'vitest'

import type { Alert, Incident } from '#domain/records/index.ts'
import { aDirectory, replayOf } from '../support/replays.ts'
import { SCENARIOS, writeScenarios } from './all-scenarios.ts'

const PLAYBOOK_CATEGORIES_COUNT = 12

/** What is decided about a session: its incidents, and the alerts behind them. */
type Outcome = { incidents: Incident[]; alerts: Alert[] }

let attacks: ReadonlyMap<string, Outcome>
let twins: ReadonlyMap<string, Outcome>

beforeAll(async () => {
  attacks = await outcomesOf('attack')
  twins = await outcomesOf('twin')
})

test('every category of the playbook has its scenario', () => {
  const categories = SCENARIOS.map(({ category }) => category)
  expect(categories).toEqual(Array.from({ length: PLAYBOOK_CATEGORIES_COUNT }, (_, at) => at + 1))
})

describe.for(SCENARIOS)('category $category, $name', ({ name }) => {
  test('the attack is exactly the expected incident', () => {
    const { incidents, alerts } = outcomeOf(attacks, name)
    expect(incidents.map((incident) => decidingParts(incident, alerts))).toEqual(expectedOf(name))
  })

  test('the twin is silent: no incident, no alert above low', () => {
    const { incidents, alerts } = outcomeOf(twins, name)
    expect(incidents).toEqual([])
    expect(namesOf(alerts.filter(isAboveLow))).toEqual([])
  })
})

/** Replays every scenario's history with its attack or its twin, each as a tenant of its own. */
async function outcomesOf(side: 'attack' | 'twin'): Promise<Map<string, Outcome>> {
  const directory = aDirectory()
  const { file, inventory } = writeScenarios(directory, side)
  try {
    const { findings, input } = await replayOf(file, {
      environment: { TOCSIN_INVENTORY: inventory },
    })
    expect(input.rejectedCount).toBe(0)
    const ofTenant = (name: string) => (record: { tenant_id: string }) => record.tenant_id === name
    return new Map(
      SCENARIOS.map(({ name }) => {
        const incidents = [...findings.incidents.values()].filter(ofTenant(name))
        return [name, { incidents, alerts: [...findings.alerts.values()].filter(ofTenant(name)) }]
      }),
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, name: string): Outcome {
  const outcome = outcomes.get(name)
  if (outcome === undefined) throw new Error(`nothing was replayed for ${name}`)
  return outcome
}

/** What an incident is judged by; figures that baselines refine stand in the alerts alone. */
function decidingParts(incident: Incident, alerts: readonly Alert[]): Record<string, unknown> {
  const own = alerts.filter((alert) => incident.alert_ids.includes(alert.alert_id))
  return {
    session_ids: incident.session_ids,
    severity: incident.severity,
    severity_reasons: incident.severity_reasons,
    title: incident.title,
    summary: incident.summary,
    layers: incident.layers,
    rules: namesOf(own.filter(isAboveLow)),
    injection_event_ids: incident.injection_event_ids,
    attacker_event_ids: incident.attacker_event_ids,
    data_touched: incident.data_touched,
    destinations: incident.destinations,
  }
}

function isAboveLow({ level }: Alert): boolean {
  return level !== 'informational' && level !== 'low'
}

function namesOf(alerts: readonly Alert[]): string[] {
  return [...new Set(alerts.map((alert) => alert.rule_name))].sort()
}

function expectedOf(name: string): unknown {
  const path = fileURLToPath(new URL(`./scenarios/${name}.expected.json`, import.meta.url))
  return JSON.parse(readFileSync(path, 'utf8'))
}
