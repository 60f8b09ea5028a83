import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { canonicalJson, type JsonObject } from '#domain/json-form.ts'
import type { Records } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'
import { formOf } from './json-lines.ts'
import { sortedAlerts, sortedIncidents, sortedRejects, type Findings } from './results.ts'
import type { ReplayOutcome } from './run-replay.ts'

/** Fields that tell how a run went rather than what was found. */
const RUN_FIELDS = new Set(['revision', 'late'])

/**
 * Writes `alerts.ndjson`, `incidents.ndjson`, `rejects.ndjson` and `stats.json` to a directory
 * (contract.md, Commands). Equal findings give equal bytes in the first three.
 *
 * @throws Fault OUTPUT_UNWRITABLE.
 */
export function writeResults(directory: string, outcome: ReplayOutcome): void {
  const { findings } = outcome
  try {
    mkdirSync(directory, { recursive: true })
    const write = (name: string, text: string): void => writeFileSync(join(directory, name), text)
    write('alerts.ndjson', lines(alertObjects(findings)))
    write('incidents.ndjson', lines(incidentObjects(findings)))
    write('rejects.ndjson', lines(rejectObjects(findings)))
    write('stats.json', `${JSON.stringify(statsOf(outcome), null, 2)}\n`)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) {
      const code = String(cause.code)
      throw new Fault('OUTPUT_UNWRITABLE', `Cannot write to ${directory}: ${code}`, { cause })
    }
    throw cause
  }
}

/** Alerts in their JSON form and order. */
function alertObjects(findings: Findings): JsonObject[] {
  return sortedAlerts(findings).map((alert) => toObject('alerts.v1', alert))
}

/** Incidents in their JSON form and order, each with its case's fields where there is a case. */
function incidentObjects(findings: Findings): JsonObject[] {
  return sortedIncidents(findings).map((incident) => {
    const found = findings.cases.get(incident.incident_id)
    const caseFields = found === undefined ? {} : toObject('cases.v1', found)
    return { ...caseFields, ...toObject('incidents.v1', incident) }
  })
}

/** The numbers of a run, as `stats.json` has them. */
export function statsOf(outcome: ReplayOutcome): Record<string, number> {
  const { findings, input, wallMs, cpuMs, peakRssBytes } = outcome
  return {
    events: input.acceptedCount,
    alerts: findings.alerts.size,
    incidents: findings.incidents.size,
    rejects: findings.rejects.size,
    wall_ms: Math.round(wallMs),
    cpu_ms: Math.round(cpuMs),
    events_per_second: Math.round((input.acceptedCount / Math.max(wallMs, 1)) * 1000),
    peak_rss_bytes: peakRssBytes,
  }
}

function rejectObjects(findings: Findings): JsonObject[] {
  return sortedRejects(findings).map((reject) => toObject('rejects.v1', reject))
}

function toObject<N extends SchemaName>(schema: N, value: Records[N]): JsonObject {
  const object = formOf(schema).toJson(value)
  return Object.fromEntries(Object.entries(object).filter(([name]) => !RUN_FIELDS.has(name)))
}

function lines(objects: readonly JsonObject[]): string {
  return objects.map((object) => `${canonicalJson(object)}\n`).join('')
}
