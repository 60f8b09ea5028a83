import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { formatTime, parseTime, SECOND_US } from '#domain/time.ts'
import { topicSpec } from '#domain/topics.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { Environment } from '#runtime/config.ts'
import type { Manifest, RawRecord } from '../../respond/evidence/bundle-line.ts'
import { writeBundle } from '../../respond/evidence/bundle-write.ts'
import { readHeld } from '../../respond/evidence/held-records.ts'
import {
  readRecords,
  type LogReader,
  type RecordsWanted,
} from '../../respond/evidence/incident-records.ts'
import { doorClient } from '../door-client.ts'
import { openEvidenceToRead } from '../evidence.ts'
import { readIncident } from '../incident.ts'
import type { IncidentRow } from '../incident-view.ts'
import { actOnPipeline, type OwnLog } from '../log-owner.ts'
import { withOptions } from '../options.ts'
import { recordView, viewerName } from './custody.ts'
import { custodyLog } from './custody-log.ts'
import { readKey, sendDecision, type PersonOptions } from './decision-run.ts'
import { logOfDoor } from './log-of-door.ts'
import { readCase } from './read-case.ts'

const SIGNER = 'tocsin'

type ExportFlags = PersonOptions & { out: string; signingKey?: string; margin: string }

/**
 * Writes the bundle of an incident from the log: its events, alerts, history, actions and
 * restrictions as they were written. The export itself stands in the custody log, `actions`.
 *
 * @throws Fault NOT_FOUND, BAD_USAGE, OUTPUT_UNWRITABLE.
 */
export async function exportEvidence(id: string, flags: ExportFlags): Promise<void> {
  const environment = withOptions(process.env, flags)
  const keyPath = flags.signingKey ?? environment['TOCSIN_SIGNING_KEY']
  if (keyPath === undefined)
    throw new Fault('BAD_USAGE', 'Name the key that signs: --signing-key FILE (TOCSIN_SIGNING_KEY)')
  if (!/^\d{1,8}$/.test(flags.margin))
    throw new Fault('BAD_USAGE', '--margin takes a number of seconds')
  const key = readKey(keyPath)
  const by = viewerName(flags.by, environment)
  const evidence = await openEvidenceToRead(environment)
  try {
    const { incident } = await readIncident(evidence, id)
    const wanted = await wantedOf(evidence, incident, Number(flags.margin) * SECOND_US)
    const manifest = await manifestOf(evidence, incident, by, flags.reason)
    const { actions } = await readCase(evidence, incident)
    const custody = custodyLog(actions, manifest)
    const written = await onLog(environment, (log) =>
      writeBundle({
        path: flags.out,
        manifest,
        files: new Map([...schemaFiles(), ['custody.ndjson', custody]]),
        records: recordsOf(log, wanted),
        signer: { name: SIGNER, key },
      }),
    )
    await noteExport(evidence, incident, flags, written.root)
    process.stdout.write(
      `${written.size - 1} records of incident ${incident.incident_id}, root ${written.root}\n`,
    )
  } finally {
    await evidence.close()
  }
}

/** What the log still has, then what it has let go and was held before. */
async function* recordsOf(log: LogReader, wanted: RecordsWanted): AsyncGenerator<RawRecord> {
  const firstKept = new Map<string, number>()
  const revisions = new Set<string>()
  for await (const { record } of readRecords(log, [wanted])) {
    const lane = `${record.topic} ${record.partition}`
    if (isCompacted(record)) revisions.add(`${lane} ${record.offset}`)
    else if (!firstKept.has(lane)) firstKept.set(lane, record.offset)
    yield record
  }
  // A lane is let go from its front; of a compacted one any record may be gone.
  const isGiven = (record: RawRecord): boolean => {
    const lane = `${record.topic} ${record.partition}`
    if (isCompacted(record)) return revisions.has(`${lane} ${record.offset}`)
    return record.offset >= (firstKept.get(lane) ?? Infinity)
  }
  yield* readHeld(log, wanted, isGiven)
}

function isCompacted({ topic }: RawRecord): boolean {
  return topicSpec(topic).cleanup === 'compact'
}

/** Reads through the owner's door where one owns the directory, else from the log itself. */
function onLog<T>(environment: Environment, work: (log: LogReader) => Promise<T>): Promise<T> {
  const door = doorClient(environment)
  if (door !== undefined) return logOfDoor(door).then(work)
  return actOnPipeline(environment, {
    throughDoor: () => Promise.resolve(undefined),
    onLog: ({ world }: OwnLog) => work({ log: world.log, codec: world.codec }),
    makesLog: false,
  })
}

async function wantedOf(
  evidence: EvidenceStore,
  incident: IncidentRow,
  marginUs: number,
): Promise<RecordsWanted> {
  const { tenant_id: tenantId, incident_id: incidentId } = incident
  const [row] = await evidence.query<{ ids: string[]; events: string[] }>(
    `SELECT
       arraySort(groupUniqArray(alert_id)) AS ids,
       arraySort(groupUniqArrayArray(arrayConcat(event_ids, origin_event_ids))) AS events
     FROM alerts WHERE tenant_id = {tenant_id:String} AND alert_id IN (
       SELECT arrayJoin(alert_ids) FROM incidents
       WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String})`,
    { tenant_id: tenantId, incident_id: incidentId },
  )
  return {
    tenantId,
    incidentId,
    sessionIds: new Set(incident.session_ids),
    alertIds: new Set(row?.ids),
    eventIds: new Set([
      ...(row?.events ?? []),
      ...incident.injection_event_ids,
      ...incident.attacker_event_ids,
    ]),
    sinceUs: (parseTime(incident.opened_at) ?? 0) - marginUs,
    untilUs: (parseTime(incident.updated_at) ?? 0) + marginUs,
  }
}

async function manifestOf(
  evidence: EvidenceStore,
  incident: IncidentRow,
  by: string,
  why: string | undefined,
): Promise<Omit<Manifest, 'files'>> {
  const { tenant_id, incident_id } = incident
  const rows = await evidence.query<{
    rule_id: string
    rule_version: string
    epoch: string | null
  }>(
    `SELECT DISTINCT rule_id, rule_version, baseline_epoch AS epoch FROM alerts
     WHERE tenant_id = {tenant_id:String} AND alert_id IN (
       SELECT arrayJoin(alert_ids) FROM incidents
       WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String})
     ORDER BY rule_id, rule_version`,
    { tenant_id, incident_id },
  )
  const { found } = await readCase(evidence, incident)
  const epochs = rows.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]))
  return {
    format: 'tocsin-evidence/1',
    incident_id,
    tenant_id,
    exported_at: formatTime(Date.now() * 1000),
    exported_by: by,
    why: why ?? 'not said',
    rule_versions: Object.fromEntries(rows.map((row) => [row.rule_id, row.rule_version])),
    baseline_epochs: [...new Set(epochs)].sort(),
    playbook_version: found?.playbook_version ?? null,
  }
}

/** Signed where a person says who they are; every view of evidence is on record in any case. */
async function noteExport(
  evidence: EvidenceStore,
  incident: IncidentRow,
  flags: ExportFlags,
  root: string,
): Promise<void> {
  const { tenant_id: tenantId, incident_id: incidentId } = incident
  const environment = withOptions(process.env, flags)
  await recordView(environment, {
    tenant_id: tenantId,
    incident_id: incidentId,
    by: viewerName(flags.by, environment),
    target: 'evidence export',
    reason: flags.reason ?? null,
  })
  if ((flags.by ?? environment['TOCSIN_PERSON']) === undefined) return
  const parameters = { decision: 'note', target: 'evidence export', root }
  await sendDecision({ tenantId, incidentId, parameters }, flags, evidence)
}

function schemaFiles(): [string, string][] {
  return [...loadSchemas()].map(([name, schema]) => [`schema-${name}.avsc`, JSON.stringify(schema)])
}
