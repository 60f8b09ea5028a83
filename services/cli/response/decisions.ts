import type { Command } from 'commander'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { openEvidenceToRead } from '../evidence.ts'
import { readIncident } from '../incident.ts'
import type { IncidentRow } from '../incident-view.ts'
import { addPlaceOptions, withOptions } from '../options.ts'
import { renderTable, safeText } from '../terminal.ts'
import { sendDecision, type PersonOptions } from './decision-run.ts'
import { addEradicate, contentOf } from './eradicate.ts'
import { readCase } from './read-case.ts'
import { writeReview } from './review-run.ts'
import { askTriageQueries } from './triage-queries.ts'

const ROWS_SHOWN_COUNT = 20
const SCOPES = 'session, agent, role, server, tool, content_hash, definition_hash or token'

type RestrictFlags = PersonOptions & {
  scope?: string
  contentOf?: string
  restriction: string
  ttl?: string
  tools?: string
}
type Parameters = Record<string, string>
type Decide = (evidence: EvidenceStore, incident: IncidentRow) => Parameters | Promise<Parameters>

/** Adds what people decide about an incident to `tocsin incident`. */
export function addDecisions(incident: Command): void {
  addTriage(incident)
  addSaying(incident)
  addEradicate(incident)
  addRestricting(incident)
  addEnding(incident)
}

/** Options of whoever decides. */
export function addPersonOptions(command: Command): Command {
  return addPlaceOptions(
    command
      .option('--by <name>', 'who decides (TOCSIN_PERSON)')
      .option('--key <file>', 'their Ed25519 private key, PEM (TOCSIN_PERSON_KEY)')
      .option('--reason <text>', 'why'),
  )
}

function addTriage(incident: Command): void {
  const command = incident
    .command('triage')
    .description('the triage facts of the evidence; with --severity: rate it')
    .argument('<id>', 'its id, or how that begins')
    .option('--severity <severity>', 'moderate, high or critical')
  addPersonOptions(command).action((id: string, flags: PersonOptions & { severity?: string }) => {
    const { severity } = flags
    if (severity !== undefined) return decide(id, flags, () => ({ decision: 'triage', severity }))
    return withIncident(id, flags, async (evidence, found) => {
      for (const { question, rows } of await askTriageQueries(evidence, found))
        process.stdout.write(`${safeText(question)}\n${tableOf(rows)}\n\n`)
    })
  })
}

function addSaying(incident: Command): void {
  for (const [name, description] of [
    ['approve', 'say yes to an action that waits, or to the next stage (`gate`)'],
    ['deny', 'say no to an action that waits'],
  ] as const) {
    const command = incident
      .command(name)
      .description(description)
      .argument('<id>', "the incident's id, or how that begins")
      .argument('<action>', "the action's id, or how that begins")
    addPersonOptions(command).action((id: string, action: string, flags: PersonOptions) =>
      decide(id, flags, async (evidence, found) => ({
        decision: name,
        target: action === 'gate' ? action : await actionId(evidence, found, action),
      })),
    )
  }
  const note = incident
    .command('note')
    .description('put a note into the case')
    .argument('<id>', 'its id, or how that begins')
    .argument('<text>', 'the note')
  addPersonOptions(note).action((id: string, text: string, flags: PersonOptions) =>
    decide(id, { ...flags, reason: text }, () => ({ decision: 'note' })),
  )
}

function addRestricting(incident: Command): void {
  for (const [name, description] of [
    ['contain', 'restrict a scope until the case ends'],
    ['mitigate', 'restrict a scope beyond the case: quarantine, pin, sanitise, take out'],
  ] as const) {
    const command = incident
      .command(name)
      .description(description)
      .argument('<id>', 'its id, or how that begins')
      .option('--scope <kind:value>', `what: ${SCOPES}`)
      .option('--content-of <event>', 'the content of this event, by its hash and wording')
      .option(
        '--restriction <word>',
        'refuse, read_only, declared_tools, close, sanitise',
        'refuse',
      )
      .option('--ttl <seconds>', 'how long; `never` needs two people')
      .option('--tools <names>', 'with declared_tools: the tools allowed, with commas')
    addPersonOptions(command).action((id: string, flags: RestrictFlags) =>
      decide(id, flags, async (evidence, found) => ({
        decision: name,
        ...(await restrictionOf(evidence, found, flags)),
      })),
    )
  }
  const rotate = incident
    .command('rotate')
    .description('record that a credential was rotated, with its proof')
    .argument('<id>', 'its id, or how that begins')
    .argument('<credential>', 'which, as the checklist has it')
    .requiredOption('--proof <text>', 'how it is known: the old one is refused, or unused')
  addPersonOptions(rotate).action(
    (id: string, credential: string, flags: PersonOptions & { proof: string }) =>
      decide(id, flags, () => ({ decision: 'rotate', credential, proof: flags.proof })),
  )
}

function addEnding(incident: Command): void {
  const release = incident
    .command('release')
    .description('begin recovery, or say yes to its next stage')
    .argument('<id>', 'its id, or how that begins')
  addPersonOptions(release).action((id: string, flags: PersonOptions) =>
    decide(id, flags, () => ({ decision: 'release' })),
  )
  const close = incident
    .command('close')
    .description('end the case; what it restricts is lifted')
    .argument('<id>', 'its id, or how that begins')
    .option('--false-positive', 'it was none')
  addPersonOptions(close).action((id: string, flags: PersonOptions & { falsePositive?: boolean }) =>
    decide(id, flags, () => ({
      decision: 'close',
      ...(flags.falsePositive === true ? { as: 'false_positive' } : {}),
    })),
  )
  const review = incident
    .command('review')
    .description('write the blameless review: Markdown, HTML and the timeline as CSV')
    .argument('<id>', 'its id, or how that begins')
    .option('--out <dir>', 'where to', '.')
  addPersonOptions(review).action((id: string, flags: PersonOptions & { out: string }) =>
    withIncident(id, flags, async (evidence, found) => {
      for (const path of await writeReview(evidence, found, flags.out))
        process.stdout.write(`${path}\n`)
      const isRecorded = (flags.by ?? process.env['TOCSIN_PERSON']) !== undefined
      if (isRecorded) await send(evidence, found, { decision: 'review' }, flags)
    }),
  )
}

/** @throws Fault BAD_USAGE */
async function restrictionOf(
  evidence: EvidenceStore,
  incident: IncidentRow,
  flags: RestrictFlags,
): Promise<Parameters> {
  const rest: Parameters = {
    restriction: flags.restriction,
    ...(flags.ttl === undefined ? {} : { ttl_s: flags.ttl }),
    ...(flags.tools === undefined ? {} : { tool_names: JSON.stringify(flags.tools.split(',')) }),
  }
  if (flags.contentOf !== undefined) {
    const { sha256, shingles } = await contentOf(evidence, incident, flags.contentOf)
    const content = { scope_kind: 'content_hash', scope_value: sha256 }
    return { ...rest, ...content, shingles: JSON.stringify(shingles) }
  }
  const split = flags.scope?.indexOf(':') ?? -1
  if (flags.scope === undefined || split <= 0)
    throw new Fault('BAD_USAGE', `--scope takes kind:value, of ${SCOPES}; or --content-of EVENT`)
  return {
    ...rest,
    scope_kind: flags.scope.slice(0, split),
    scope_value: flags.scope.slice(split + 1),
  }
}

async function actionId(
  evidence: EvidenceStore,
  incident: IncidentRow,
  begins: string,
): Promise<string> {
  const { actions } = await readCase(evidence, incident)
  const ids = new Set(actions.map((one) => one.action_id).filter((one) => one.startsWith(begins)))
  const [id] = ids
  if (id === undefined) throw new Fault('NOT_FOUND', 'This incident has no such action')
  if (ids.size > 1) throw new Fault('BAD_USAGE', 'Several actions begin like this; give more of it')
  return id
}

function decide(id: string, flags: PersonOptions, parametersOf: Decide): Promise<void> {
  return withIncident(id, flags, async (evidence, incident) =>
    send(evidence, incident, await parametersOf(evidence, incident), flags),
  )
}

async function send(
  evidence: EvidenceStore,
  incident: IncidentRow,
  parameters: Parameters,
  flags: PersonOptions,
): Promise<void> {
  const { tenant_id: tenantId, incident_id: incidentId } = incident
  const outcome = await sendDecision({ tenantId, incidentId, parameters }, flags, evidence)
  const said = outcome ?? 'on the log; respond has not answered yet'
  process.stdout.write(`${parameters['decision']}: ${said}\n`)
}

async function withIncident(
  id: string,
  flags: PersonOptions,
  work: (evidence: EvidenceStore, incident: IncidentRow) => Promise<void>,
): Promise<void> {
  const evidence = await openEvidenceToRead(withOptions(process.env, flags))
  try {
    const { incident } = await readIncident(evidence, id)
    await work(evidence, incident)
  } finally {
    await evidence.close()
  }
}

function tableOf(rows: readonly Record<string, unknown>[]): string {
  const [first] = rows
  if (first === undefined) return '- none'
  const names = Object.keys(first).slice(0, 8)
  const cells = rows.slice(0, ROWS_SHOWN_COUNT).map((row) =>
    names.map((name) => {
      const value = row[name]
      return typeof value === 'string' ? safeText(value, 40) : safeText(JSON.stringify(value), 40)
    }),
  )
  const more =
    rows.length > ROWS_SHOWN_COUNT ? `\n… and ${rows.length - ROWS_SHOWN_COUNT} more` : ''
  return `${renderTable(names, cells)}${more}`
}
