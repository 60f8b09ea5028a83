import { existsSync } from 'node:fs'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import type { Observation } from '#domain/records/index.ts'
import { readSettings } from '#runtime/config.ts'
import { explain } from '../../detect/trial/explanation.ts'
import type { Pack } from '../../detect/pack/pack.ts'
import type { Subject } from '../../detect/pack/rule.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from '../options.ts'
import { renderExplained, toJson, type Explained } from './explain-view.ts'
import { readLivePack, readPackAt, withoutRefusals } from './pack-place.ts'
import type { StoredRecord } from './stored-records.ts'

type ExplainFlags = PlaceOptions & {
  rules?: string[]
  near: string
  tenant?: string
  values?: boolean
  json?: boolean
}

const MEASURES_UNKNOWN = 'no baselines are at hand: statistics are unknown'

/** Adds `tocsin rules explain`. */
export function addExplain(rules: Command): void {
  const command = rules
    .command('explain')
    .description('which rules fire on an event and its observation, by what, and which nearly do')
    .argument('<event>', 'an event id of the evidence, or a file of one event or observation, or -')
    .option('--rules <dir...>', 'try these folders of rules instead of those that run')
    .option('--near <count>', 'tell at most so many rules that nearly fire', '10')
    .option('--tenant <id>', 'whose event, where several have this id')
    .option('--values', 'show what stands in the fields; it may be hostile text')
    .option('--json', 'print a line of JSON for each record')
  addPlaceOptions(command).action(explainEvent)
}

async function explainEvent(event: string, flags: ExplainFlags): Promise<void> {
  if (!/^\d{1,4}$/.test(flags.near))
    throw new Fault('BAD_USAGE', '--near takes a number from 0 to 9999')
  const environment = withOptions(process.env, flags)
  const given = flags.rules === undefined ? undefined : withoutRefusals(readPackAt(flags.rules))
  const pack = given ?? readLivePack(environment)
  const isFile = event === '-' || existsSync(event)
  const tried = isFile ? await ofFile(event) : await ofEvidence(event, environment, flags.tenant)
  const explained = tried.map((one) => explainedOf(pack, one))
  const options = { nearMaxCount: Number(flags.near), showsValues: flags.values === true, pack }
  for (const one of explained) {
    const text =
      flags.json === true ? JSON.stringify(toJson(one, options)) : renderExplained(one, options)
    process.stdout.write(`${text}\n`)
  }
}

type Tried = StoredRecord & { subject: Subject; notes: readonly string[] }

function explainedOf(pack: Pack, { service, layer, record, subject, notes }: Tried): Explained {
  const rules = pack.rules.map(({ rule }) => rule)
  return { service, layer, record, notes, ...explain(rules, service, layer, subject) }
}

async function ofFile(path: string): Promise<Tried[]> {
  const { readOneRecord } = await import('./one-record.ts')
  const one = readOneRecord(path)
  const isObservation = one.service === 'observation'
  const note = isObservation
    ? MEASURES_UNKNOWN
    : 'rules on observations need the session: name an event of the evidence'
  return [{ ...one, subject: { record: one.record, statistic: () => null }, notes: [note] }]
}

async function ofEvidence(
  eventId: string,
  environment: NodeJS.ProcessEnv,
  tenantId: string | undefined,
): Promise<Tried[]> {
  const { openEvidenceToRead } = await import('../evidence.ts')
  const { readStored } = await import('./stored-records.ts')
  const { openStoredBaselines, modelOf } = await import('./stored-baselines.ts')
  const evidence = await openEvidenceToRead(environment)
  try {
    const all = await readStored(evidence, eventId)
    const found = all.filter((one) => tenantId === undefined || one.record.tenant_id === tenantId)
    if (found.length === 0)
      throw new Fault('NOT_FOUND', 'There is no such event in the evidence, and no such file')
    if (new Set(found.map(({ record }) => record.tenant_id)).size > 1)
      throw new Fault('BAD_USAGE', 'Several tenants have an event of this id; name one: --tenant')
    const baselines = openStoredBaselines(
      evidence,
      readSettings(environment).epochUs,
      modelOf(environment),
    )
    const tried: Tried[] = []
    for (const one of found) {
      const { service, record } = one
      const isObservation = service === 'observation'
      if (isObservation) await baselines.readFor(record.occurred_at, record.occurred_at)
      const subject = isObservation
        ? baselines.subjectOf(record as Observation)
        : { record, statistic: () => null }
      const notes = isObservation && baselines.count() === 0 ? [MEASURES_UNKNOWN] : []
      tried.push({ ...one, subject, notes })
    }
    return tried
  } finally {
    await evidence.close()
  }
}
