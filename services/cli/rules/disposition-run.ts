import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import type { Verdict } from '#domain/records/index.ts'
import { readSettings, type Environment } from '#runtime/config.ts'
import { faultOf } from '../door-client.ts'
import { openEvidenceToRead } from '../evidence.ts'
import { actOnPipeline, type OwnLog } from '../log-owner.ts'
import { withOptions, type PlaceOptions } from '../options.ts'
import { startPipeline } from '../pipeline.ts'
import { safeText } from '../terminal.ts'
import { isDistributed } from '../directory.ts'
import { publishRecord } from '../publish-record.ts'
import { dispositionOf, type DispositionBody } from './disposition-door.ts'

export type { Verdict } from '#domain/records/index.ts'
export type DispositionFlags = PlaceOptions & { by: string; note?: string }
type AlertRow = Pick<DispositionBody, 'alert_id' | 'tenant_id' | 'rule_id'> & { rule_name: string }

const NAMED = `SELECT alert_id, tenant_id, rule_id, rule_name FROM alerts
  WHERE startsWith(alert_id, {alert_id:String}) ORDER BY alert_id LIMIT 2`

/**
 * Records a judgement of an alert of the evidence.
 *
 * @throws Fault NOT_FOUND where there is no such alert; BAD_USAGE where several begin like this.
 */
export async function recordDisposition(
  id: string,
  verdict: Verdict,
  flags: DispositionFlags,
): Promise<void> {
  const environment = withOptions(process.env, flags)
  const evidence = await openEvidenceToRead(environment)
  try {
    const { rule_name, ...alert } = await readAlert(evidence, id)
    const body = { ...alert, verdict, by: flags.by, note: flags.note ?? null }
    if (dispositionOf(body, 0) === undefined)
      throw new Fault('BAD_USAGE', '--by takes 1 to 200 characters, --note at most 4000')
    await publish(environment, evidence, body)
    process.stdout.write(`${safeText(alert.alert_id)} of ${safeText(rule_name)}: ${verdict}\n`)
  } finally {
    await evidence.close()
  }
}

async function readAlert(evidence: EvidenceStore, id: string): Promise<AlertRow> {
  if (id === '') throw new Fault('BAD_USAGE', 'The id of an alert holds at least one character')
  const [alert, other] = await evidence.query<AlertRow>(NAMED, { alert_id: id })
  if (alert === undefined) throw new Fault('NOT_FOUND', 'There is no such alert in the evidence')
  if (other !== undefined && alert.alert_id !== id)
    throw new Fault('BAD_USAGE', 'Several alerts begin like this; give more of the id')
  return alert
}

function publish(
  environment: Environment,
  evidence: EvidenceStore,
  body: DispositionBody,
): Promise<true> {
  return actOnPipeline<true>(environment, {
    throughDoor: async (door) => {
      const answer = await door('POST', '/v1/dispositions', body)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw faultOf(answer)
      return true
    },
    onLog: async (own) => {
      const value = dispositionOf(body, Date.now() * 1000)
      if (value !== undefined)
        await publishRecord(own.world, 'dispositions.v1', value.alert_id, value)
      if (isStoredHere(environment, evidence)) await store(own, evidence)
      return true
    },
    makesLog: false,
  })
}

/** Whether nobody else brings what is on this log into this evidence. */
function isStoredHere(environment: Environment, evidence: EvidenceStore): boolean {
  return evidence.kind === 'embedded' && !isDistributed(readSettings(environment))
}

/** Brings into the evidence what is on the log, as the next start would. */
async function store({ world, settings, logger }: OwnLog, evidence: EvidenceStore): Promise<void> {
  const pipeline = startPipeline({ world, settings, definitions: [], evidence, logger })
  try {
    await Promise.race([pipeline.store?.drain(), pipeline.failed])
  } finally {
    await pipeline.stop()
  }
}
