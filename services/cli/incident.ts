import type { Command } from 'commander'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { harmlessJson } from '#domain/harmless-json.ts'
import { openEvidenceToRead, runNamedQuery } from './evidence.ts'
import {
  renderIncident,
  type AlertRow,
  type FoundIncident,
  type IncidentRow,
  type TimelineRow,
  type WordsRow,
} from './incident-view.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from './options.ts'
import { renderCase } from './response/case-view.ts'
import { recordView, viewerName } from './response/custody.ts'
import { addDecisions } from './response/decisions.ts'
import { readCase } from './response/read-case.ts'
import { paintSeverity, renderTable } from './terminal.ts'

const TIMELINE_MARGIN_S = 60
const TIMELINE_MAX_ROWS = 200
const TEXT_MAX_CHARS = 20_000
const ID_SHOWN_CHARS = 12

type ListFlags = PlaceOptions & { limit: string; json?: boolean }
type ShowFlags = PlaceOptions & { json?: boolean; by?: string; reason?: string }

/** Adds `tocsin incident list|show`, and what people decide. */
export function addIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('what was found, and what is done about it')
  const list = incident
    .command('list')
    .description('incidents, the newest first')
    .option('--limit <count>', 'at most so many', '50')
    .option('--json', 'print rows as NDJSON')
  addPlaceOptions(list).action((flags: ListFlags) =>
    withEvidence(flags, async (evidence) => {
      const rows = await listIncidents(evidence, flags.limit)
      const text =
        flags.json === true
          ? rows.map((row) => harmlessJson(JSON.stringify(row))).join('\n')
          : incidentTable(rows)
      process.stdout.write(`${text}\n`)
    }),
  )
  const show = incident
    .command('show')
    .description('one incident: what happened, why we say so, where it came in, what it did')
    .argument('<id>', 'its id, or how that begins')
    .option('--json', 'print incident, timeline, alerts and the words of its events as JSON')
    .option('--by <name>', 'who looks (TOCSIN_PERSON); it stands in the custody log')
    .option('--reason <text>', 'why')
  addPlaceOptions(show).action((id: string, flags: ShowFlags) =>
    withEvidence(flags, async (evidence) => {
      const found = await readIncident(evidence, id)
      const response = await readCase(evidence, found.incident)
      const text =
        flags.json === true
          ? harmlessJson(
              JSON.stringify({ ...found, case: response.found ?? null, actions: response.actions }),
            )
          : `${renderIncident(found)}\n${renderCase(response.found, response.actions)}`
      process.stdout.write(`${text}\n`)
      await noteShown(found.incident, flags)
    }),
  )
  addDecisions(incident)
}

function noteShown(incident: IncidentRow, flags: ShowFlags): Promise<void> {
  const environment = withOptions(process.env, flags)
  const { tenant_id, incident_id } = incident
  const by = viewerName(flags.by, environment)
  const reason = flags.reason ?? null
  return recordView(environment, { tenant_id, incident_id, by, target: 'incident show', reason })
}

/** The newest incidents, as the evidence has them. */
export function listIncidents(evidence: EvidenceStore, limit: string): Promise<IncidentRow[]> {
  if (!/^[1-9]\d{0,4}$/.test(limit))
    throw new Fault('BAD_USAGE', '--limit takes a number from 1 to 99999')
  return runNamedQuery<IncidentRow>(evidence, 'incidents', { tenant_id: '', row_limit: limit })
}

/** Incidents as a table, an id's beginning being enough to ask for one. */
export function incidentTable(rows: readonly IncidentRow[]): string {
  if (rows.length === 0) return 'no incidents'
  const table = renderTable(
    ['incident', 'opened', 'layers', 'agent', 'title'],
    rows.map((row) => [
      row.incident_id.slice(0, ID_SHOWN_CHARS),
      row.opened_at.slice(0, 19),
      String(row.layers.length),
      row.agent_ids.join(' '),
      row.title,
    ]),
  ).split('\n')
  const severities = ['severity', ...rows.map((row) => row.severity)]
  return table
    .map((line, index) => {
      const severity = severities[index] ?? ''
      const painted = index === 0 ? severity : paintSeverity(severity as IncidentRow['severity'])
      return `${painted}${' '.repeat(Math.max(0, 10 - severity.length))}${line}`
    })
    .join('\n')
}

/**
 * One incident with its timeline, its alerts and the words of its events.
 *
 * @throws Fault NOT_FOUND, or BAD_USAGE where several begin like this.
 */
export async function readIncident(evidence: EvidenceStore, id: string): Promise<FoundIncident> {
  const [incident, other] = await runNamedQuery<IncidentRow>(evidence, 'incident', {
    incident_id: id,
  })
  if (incident === undefined)
    throw new Fault('NOT_FOUND', 'There is no such incident; see `tocsin incident list`')
  if (other !== undefined)
    throw new Fault('BAD_USAGE', 'Several incidents begin like this; give more of the id')
  const key = { tenant_id: incident.tenant_id, incident_id: incident.incident_id }
  const timeline = await runNamedQuery<TimelineRow>(evidence, 'incident-timeline', {
    ...key,
    before_s: TIMELINE_MARGIN_S,
    after_s: TIMELINE_MARGIN_S,
    row_limit: TIMELINE_MAX_ROWS,
  })
  const alerts = await runNamedQuery<AlertRow>(evidence, 'incident-alerts', key)
  const words = await runNamedQuery<WordsRow>(evidence, 'incident-words', {
    ...key,
    text_chars: TEXT_MAX_CHARS,
    row_limit: TIMELINE_MAX_ROWS,
  })
  return { incident, timeline, alerts, words }
}

async function withEvidence(
  flags: PlaceOptions,
  work: (evidence: EvidenceStore) => Promise<void>,
): Promise<void> {
  const evidence = await openEvidenceToRead(withOptions(process.env, flags))
  try {
    await work(evidence)
  } finally {
    await evidence.close()
  }
}
