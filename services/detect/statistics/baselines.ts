import type { Baseline } from '#domain/records/index.ts'

/** The measure of the record that says: everything up to this epoch has been written. */
const MARKER_MEASURE = '~complete'
/** Epochs kept of one agent's measure: two weeks of hours, the age of the oldest sample. */
const EPOCHS_MAX_COUNT = 336

/** What is normal for one agent, as known at one epoch, by measure. */
export type AgentBaselines = (measure: string) => Baseline | undefined

/** Every baseline on its topic that some record may still be judged with. */
export type BaselineBook = {
  /** Takes a baseline, or the marker; a repeated or older revision changes nothing. */
  add(baseline: Baseline): void
  /** Every baseline of this epoch and those before it is here; -Infinity at first. */
  completeThroughEpoch(): number
  /** The newest of each measure that is not newer than `epoch`. */
  ofAgent(tenantId: string, agentId: string | null, epoch: number): AgentBaselines
  /** Forgets what is superseded for everyone who asks for `epoch` or later. */
  forgetBefore(epoch: number): void
}

/** Of one measure, by epoch, oldest first. */
type History = Baseline[]

/** A book of baselines by epoch, which keeps only the newest `epochsMaxCount` of each measure. */
export function createBaselineBook(epochsMaxCount = EPOCHS_MAX_COUNT): BaselineBook {
  const histories = new Map<string, Map<string, History>>()
  let completeThrough = -Infinity
  let floorEpoch = -Infinity
  return {
    add: (baseline) => {
      if (baseline.kind === 'marker') {
        if (baseline.measure === MARKER_MEASURE) {
          completeThrough = Math.max(completeThrough, baseline.epoch)
        }
        return
      }
      const agent = agentKey(baseline.tenant_id, baseline.agent_id)
      const measures = histories.get(agent) ?? new Map<string, History>()
      histories.set(agent, measures)
      const history = withBaseline(measures.get(baseline.measure) ?? [], baseline)
      measures.set(baseline.measure, neededFrom(history, floorEpoch).slice(-epochsMaxCount))
    },
    completeThroughEpoch: () => completeThrough,
    ofAgent: (tenantId, agentId, epoch) => {
      const measures = agentId === null ? undefined : histories.get(agentKey(tenantId, agentId))
      return (measure) => measures?.get(measure)?.findLast((baseline) => baseline.epoch <= epoch)
    },
    forgetBefore: (epoch) => {
      floorEpoch = Math.max(floorEpoch, epoch)
      for (const measures of histories.values())
        for (const [measure, history] of measures)
          measures.set(measure, neededFrom(history, floorEpoch))
    },
  }
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
    ofAgent: (tenantId, agentId) => book.ofAgent(tenantId, agentId, Infinity),
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

function agentKey(tenantId: string, agentId: string): string {
  return JSON.stringify([tenantId, agentId])
}
