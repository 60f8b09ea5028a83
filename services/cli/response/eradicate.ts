import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Command } from 'commander'
import colors from 'picocolors'
import { stringify } from 'yaml'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { contentShingles } from '#domain/shingles.ts'
import { draftFilter } from '../../respond/filter-draft.ts'
import { openEvidenceToRead, runNamedQuery } from '../evidence.ts'
import { readIncident } from '../incident.ts'
import type { IncidentRow } from '../incident-view.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from '../options.ts'
import { safeText } from '../terminal.ts'

const ROWS_MAX_COUNT = 1_000
const SHOWN_MAX_COUNT = 20

type EradicateFlags = PlaceOptions & { draftFilter?: string }
type LineageRow = {
  occurred_at: string
  session_id: string
  agent_id: string | null
  server_id: string | null
  tool_name: string | null
  content_sha256: string
  tool_definition_hash: string | null
  named: boolean
  event_id: string
}
type FollowerRow = { occurred_at: string; session_id: string; tool_name: string; event_id: string }

/** Adds `tocsin incident eradicate`. */
export function addEradicate(incident: Command): void {
  const command = incident
    .command('eradicate')
    .description('where the vector went, what compromised servers had, and what to do about it')
    .argument('<id>', 'its id, or how that begins')
    .option('--draft-filter <dir>', 'write a Sigma rule, with tests, that finds the text again')
  addPlaceOptions(command).action(async (id: string, flags: EradicateFlags) => {
    const evidence = await openEvidenceToRead(withOptions(process.env, flags))
    try {
      const { incident: found } = await readIncident(evidence, id)
      process.stdout.write(`${await eradication(evidence, found)}\n`)
      if (flags.draftFilter !== undefined) await writeFilter(evidence, found, flags.draftFilter)
    } finally {
      await evidence.close()
    }
  })
}

/** The content of an event: its hash, and its shingles as a restriction names them. */
export async function contentOf(
  evidence: EvidenceStore,
  incident: Pick<IncidentRow, 'tenant_id'>,
  eventId: string,
): Promise<{ sha256: string; shingles: string[] }> {
  const text = await readContent(evidence, incident, eventId)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { sha256, shingles: contentShingles(text) }
}

async function eradication(evidence: EvidenceStore, incident: IncidentRow): Promise<string> {
  const { tenant_id, incident_id } = incident
  const key = { tenant_id, incident_id, row_limit: ROWS_MAX_COUNT }
  const lineage = await runNamedQuery<LineageRow>(evidence, 'vector-lineage', key)
  const followers = await runNamedQuery<FollowerRow>(evidence, 'vector-followers', key)
  const sessions = Map.groupBy(lineage, (row) => row.session_id)
  return [
    section(
      'The same content came into',
      [...sessions].map(([session, rows]) => {
        const isOther = !incident.session_ids.includes(session)
        const mark = isOther ? colors.yellow(' (another session)') : ''
        return `- ${safeText(session)}: ${rows.length} times, first ${rows[0]?.occurred_at}${mark}`
      }),
    ),
    section(
      'Calls whose values came out of it',
      followers
        .slice(0, SHOWN_MAX_COUNT)
        .map(
          (row) =>
            `- ${row.occurred_at} ${safeText(row.tool_name)} in ${safeText(row.session_id)}` +
            ` (${safeText(row.event_id)})`,
        ),
    ),
    section(
      'What of our data its servers handled',
      incident.data_touched.map(
        ({ object, rows, bytes, sensitive_types: types }) =>
          `- ${safeText(object)}: ${[`${rows} rows`, `${bytes} bytes`, ...types].join(', ')}`,
      ),
    ),
    section(
      'Where traffic went meanwhile',
      incident.destinations.map((host) => `- ${safeText(host)}`),
    ),
    section('Proposed, each one command', proposals(incident, lineage)),
  ].join('\n')
}

function proposals(incident: IncidentRow, lineage: readonly LineageRow[]): string[] {
  const id = incident.incident_id.slice(0, 12)
  const command = `- tocsin incident mitigate ${id}`
  const vectors = lineage.filter((row) => row.named)
  const events = [...new Set(vectors.map((row) => row.event_id))].slice(0, SHOWN_MAX_COUNT)
  const definitions = [...new Set(vectors.flatMap((row) => row.tool_definition_hash ?? []))]
  return [
    ...events.flatMap((eventId) => [
      `${command} --content-of ${quoted(eventId)}  # quarantine: refuse this content`,
      `${command} --content-of ${quoted(eventId)} --restriction sanitise  # cut it out of results`,
    ]),
    ...definitions.map((hash) => `${command} --scope definition_hash:${quoted(hash)}  # refuse it`),
    ...incident.server_ids.map(
      (server) => `${command} --scope server:${quoted(server)} --ttl never  # out for good`,
    ),
    `- tocsin incident eradicate ${id} --draft-filter DIR  # a rule that finds it again`,
    `- tocsin incident rotate ${id} CREDENTIAL --proof TEXT  # for each on the checklist`,
  ]
}

async function writeFilter(
  evidence: EvidenceStore,
  incident: IncidentRow,
  directory: string,
): Promise<void> {
  const [eventId] = incident.injection_event_ids
  if (eventId === undefined) throw new Fault('NOT_FOUND', 'No vector of this incident is known')
  const rule = draftFilter(incident.incident_id, await readContent(evidence, incident, eventId))
  if (rule === undefined) throw new Fault('NOT_FOUND', 'The text is too short to be told by')
  const path = join(directory, `${rule.name}.yml`)
  try {
    mkdirSync(directory, { recursive: true })
    writeFileSync(path, stringify(rule), { flag: 'wx' })
  } catch (cause) {
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${path}`, { cause })
  }
  process.stdout.write(`${path}: try it with \`tocsin rules backtest\`, then \`rules stage\`\n`)
}

/**
 * The content of an event of the incident's tenant.
 *
 * @throws Fault NOT_FOUND where the event is not kept, or has none.
 */
export async function readContent(
  evidence: EvidenceStore,
  { tenant_id }: Pick<IncidentRow, 'tenant_id'>,
  eventId: string,
): Promise<string> {
  const [row] = await evidence.query<{ content: string | null }>(
    `SELECT content FROM events_application
     WHERE tenant_id = {tenant_id:String} AND event_id = {event_id:String}`,
    { tenant_id, event_id: eventId },
  )
  if (row?.content == null)
    throw new Fault('NOT_FOUND', 'That event is not there, or has no content')
  return row.content
}

/** For a shell, where somebody copies the line into one. */
function quoted(text: string): string {
  const clean = safeText(text, 200)
  return /^[\w.:/-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", String.raw`'\''`)}'`
}

function section(title: string, lines: readonly string[]): string {
  return `${colors.bold(title)}\n${(lines.length === 0 ? ['- none'] : lines).join('\n')}\n`
}
