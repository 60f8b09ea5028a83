import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { reviewCsv, reviewHtml, reviewMarkdown, type ReviewFacts } from '../../respond/review.ts'
import { readIncident } from '../incident.ts'
import type { AlertRow, IncidentRow, TimelineRow } from '../incident-view.ts'
import { actionWords, latest, type ActionRow } from './case-view.ts'
import { tryDraftedFilter } from './filter-trial-run.ts'
import { readCase } from './read-case.ts'

/** What a review of an incident is written from. */
async function reviewFacts(evidence: EvidenceStore, incident: IncidentRow): Promise<ReviewFacts> {
  const { timeline, alerts } = await readIncident(evidence, incident.incident_id)
  const { found, actions } = await readCase(evidence, incident)
  const attack = timeline.find(({ role }) => role === 'injection' || role === 'attack')
  const done = latest(actions)
  return {
    incidentId: incident.incident_id,
    severity: found?.severity ?? incident.severity,
    reasons: incident.severity_reasons,
    title: incident.title,
    status: found?.status ?? 'open',
    playbook: `${found?.playbook ?? '-'} ${found?.playbook_version ?? ''}`.trim(),
    clocks: {
      first_attack: attack?.occurred_at ?? null,
      detected: found?.detected_at ?? incident.opened_at,
      triaged: found?.triaged_at ?? null,
      preserved: found?.preserved_at ?? null,
      contained: found?.contained_at ?? null,
      eradicated: found?.eradicated_at ?? null,
      recovered: found?.recovered_at ?? null,
      closed: found?.closed_at ?? null,
    },
    events: [
      ...timeline.map(eventOf),
      ...actions.filter(isTold).map((action) => ({
        at: action.occurred_at,
        what: `response: ${action.decision === '' ? action.phase : action.decision}`,
        detail: actionWords(action),
        evidence: `actions ${action.action_id}`,
      })),
    ].sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at))),
    alerts: alerts.map(alertOf),
    actions: done.map((action) => ({
      at: action.occurred_at,
      phase: action.phase,
      what: actionWords(action),
      why: action.reason ?? '',
      outcome: action.detail ?? action.outcome ?? '',
    })),
    escalations: found?.escalations ?? [],
    decisions: found?.decisions ?? [],
    vectors: timeline
      .filter(({ role }) => role === 'injection')
      .map(({ occurred_at, description, event_id }) => `${occurred_at} ${description} ${event_id}`),
    dataTouched: incident.data_touched.map(
      ({ object, rows, bytes, sensitive_types: types }) =>
        `${object}: ${[`${rows} rows`, `${bytes} bytes`, ...types].join(', ')}`,
    ),
    destinations: incident.destinations,
    filter: await tryDraftedFilter(evidence, incident),
  }
}

/**
 * Writes `review-<id>.md`, `.html` and `-timeline.csv`; answers their paths.
 *
 * @throws Fault OUTPUT_UNWRITABLE
 */
export async function writeReview(
  evidence: EvidenceStore,
  incident: IncidentRow,
  directory: string,
): Promise<string[]> {
  const facts = await reviewFacts(evidence, incident)
  const name = `review-${incident.incident_id.slice(0, 12)}`
  const files: [string, string][] = [
    [`${name}.md`, reviewMarkdown(facts)],
    [`${name}.html`, reviewHtml(facts)],
    [`${name}-timeline.csv`, reviewCsv(facts)],
  ]
  try {
    mkdirSync(directory, { recursive: true })
    return files.map(([file, text]) => {
      const path = join(directory, file)
      writeFileSync(path, text)
      return path
    })
  } catch (cause) {
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write to ${directory}`, { cause })
  }
}

/** Who looked is for the custody log. */
function isTold({ kind }: ActionRow): boolean {
  return kind !== 'view'
}

function eventOf(row: TimelineRow): ReviewFacts['events'][number] {
  const role = row.role === '' ? '' : ` (${row.role})`
  return {
    at: row.occurred_at,
    what: `${row.layer} ${row.action}${role}`,
    detail: row.description,
    evidence: row.event_id,
  }
}

function alertOf(row: AlertRow): ReviewFacts['alerts'][number] {
  return { at: row.occurred_at, level: row.level, rule: row.title, title: row.summary }
}
