import { BASELINE_FORMAT_VERSION, COMPLETE_MEASURE, peersId } from '#domain/baseline-form.ts'
import type { Baseline, Observation } from '#domain/records/index.ts'
import { isCold } from './robust.ts'

/** Epochs kept of one agent's measure: two weeks of hours, the age of the oldest sample. */
const EPOCHS_MAX_COUNT = 336

/** Whose normal it is: the agent's own, or that of the peers which work through the same server. */
type Basis = 'agent' | 'peers'
export type Known = { baseline: Baseline; basis: Basis }

/**
 * What is normal, as known at one epoch, by measure: the agent's own from 20 sessions on, else that
 * of its peers from 20 sessions on; undefined where neither is known and only absolute caps are
 * left. A record that names no agent or no server has no peers.
 */
export type KnownBaselines = (measure: string) => Known | undefined

/** Who is judged: an agent, and through which server it works. */
type Judged = Pick<Observation, 'tenant_id' | 'agent_id' | 'server_id'>

/** Every baseline on its topic that some record may still be judged with. */
export type BaselineBook = {
  /** Takes a baseline, or the marker; a repeated or older revision changes nothing. */
  add(baseline: Baseline): void
  /** Every baseline of this epoch and those before it is here; -Infinity at first. */
  completeThroughEpoch(): number
  /** The newest of each measure that is not newer than `epoch`. */
  knownOf(judged: Judged, epoch: number): KnownBaselines
  /** Forgets what is superseded for everyone who asks for `epoch` or later. */
  forgetBefore(epoch: number): void
}

/** Of one measure, by epoch, oldest first. */
type History = Baseline[]
/** Of one agent or group of peers, by measure. */
type Histories = Map<string, History>

/** A book of baselines by epoch, which keeps only the newest `epochsMaxCount` of each measure. */
export function createBaselineBook(epochsMaxCount = EPOCHS_MAX_COUNT): BaselineBook {
  const owners = new Map<string, Histories>()
  let completeThrough = -Infinity
  let floorEpoch = -Infinity
  return {
    add: (baseline) => {
      if (baseline.format_version > BASELINE_FORMAT_VERSION) return
      if (baseline.kind === 'marker') {
        if (baseline.measure === COMPLETE_MEASURE) {
          completeThrough = Math.max(completeThrough, baseline.epoch)
        }
        return
      }
      const owner = ownerKey(baseline.tenant_id, baseline.agent_id)
      const measures = owners.get(owner) ?? new Map<string, History>()
      owners.set(owner, measures)
      const history = withBaseline(measures.get(baseline.measure) ?? [], baseline)
      measures.set(baseline.measure, neededFrom(history, floorEpoch).slice(-epochsMaxCount))
    },
    completeThroughEpoch: () => completeThrough,
    knownOf: ({ tenant_id, agent_id, server_id }, epoch) => {
      const own = agent_id === null ? undefined : owners.get(ownerKey(tenant_id, agent_id))
      const isAlone = agent_id === null || server_id === null
      const peers = isAlone ? undefined : owners.get(ownerKey(tenant_id, peersId(server_id)))
      return (measure) =>
        warm('agent', newest(own, measure, epoch)) ?? warm('peers', newest(peers, measure, epoch))
    },
    forgetBefore: (epoch) => {
      floorEpoch = Math.max(floorEpoch, epoch)
      for (const measures of owners.values())
        for (const [measure, history] of measures)
          measures.set(measure, neededFrom(history, floorEpoch))
    },
  }
}

function newest(
  histories: Histories | undefined,
  measure: string,
  epoch: number,
): Baseline | undefined {
  return histories?.get(measure)?.findLast((baseline) => baseline.epoch <= epoch)
}

function warm(basis: Basis, baseline: Baseline | undefined): Known | undefined {
  return baseline === undefined || isCold(baseline) ? undefined : { baseline, basis }
}

/** The newest baseline not newer than `epoch`, and every later one. */
function neededFrom(history: History, epoch: number): History {
  const needed = history.findLastIndex((baseline) => baseline.epoch <= epoch)
  return needed > 0 ? history.slice(needed) : history
}

/** A file of baselines holds for every epoch: the newest of each agent's measure is taken. */
export function pinnedBook(baselines: readonly Baseline[]): BaselineBook {
  const book = createBaselineBook()
  for (const baseline of baselines) book.add(baseline)
  return {
    ...book,
    add: () => {},
    completeThroughEpoch: () => Infinity,
    knownOf: (judged) => book.knownOf(judged, Infinity),
    forgetBefore: () => {},
  }
}

/** Recorded baselines, all epochs of them: each event gets what was known then; nothing waits. */
export function recordedBook(baselines: readonly Baseline[]): BaselineBook {
  const book = createBaselineBook(Infinity)
  for (const baseline of baselines) book.add(baseline)
  return { ...book, add: () => {}, completeThroughEpoch: () => Infinity }
}

function withBaseline(history: History, baseline: Baseline): History {
  const same = history.find((kept) => kept.epoch === baseline.epoch)
  if (same !== undefined && same.revision >= baseline.revision) return history
  const others = history.filter((kept) => kept.epoch !== baseline.epoch)
  const later = others.filter((kept) => kept.epoch > baseline.epoch)
  const earlier = others.filter((kept) => kept.epoch < baseline.epoch)
  return [...earlier, baseline, ...later]
}

function ownerKey(tenantId: string, ownerId: string): string {
  return JSON.stringify([tenantId, ownerId])
}
