import { keyOf } from '#domain/lane.ts'
import type { StageInput } from '#domain/stage.ts'
import { EMPTY_INVENTORY } from '../../../services/observe/inventory.ts'
import { createObserveCore, type ObserveCore } from '../../../services/observe/observe.ts'
import type { BenchInput } from './input.ts'

/** What `observe` costs on an input: processor time of the cheapest pass, and its packed state. */
export type Measured = {
  name: string
  sessionsCount: number
  calls: { count: number; eventUs: number }
  results: ResultCost
  /** Packed sessions, each after its last event; sorted. */
  stateBytes: number[]
}

/** `eventUs` and `kibUs`: the line through the cost of results by their size. */
type ResultCost = {
  count: number
  kib: number
  wholeUs: number
  eventUs: number
  kibUs: number
}

/** Events of one kind that are timed together: a clock costs as much as a small event. */
type Batch = { kind: string; kib: number; inputs: StageInput[] }

/** Sessions that go on at the same time. */
const CONCURRENT_COUNT = 32
/** More are not timed; what their state takes is measured of all. */
const TIMED_SESSIONS_MAX_COUNT = 1_024
const PASSES_COUNT = 12
const KIB = 1024
const SIZE_STEPS_KIB = [0.25, 1, 4, 16]
const RESULT = 'tool_result'

/** Passes over all sessions until the cheapest is known; a fresh core for every 32 of them. */
export function measure(input: BenchInput): Measured {
  const groups = groupsOf(input)
  const timedGroups = groups.slice(0, TIMED_SESSIONS_MAX_COUNT / CONCURRENT_COUNT)
  let cheapest: Pass | undefined
  for (let pass = 0; pass < PASSES_COUNT; pass += 1) {
    const found = timePass(timedGroups)
    if (cheapest === undefined || found.totalUs < cheapest.totalUs) cheapest = found
  }
  const timed = cheapest?.timed ?? []
  const calls = timed.filter(({ batch }) => batch.kind === 'tool_call')
  const callsCount = sum(calls, ({ batch }) => batch.inputs.length)
  return {
    name: input.name,
    sessionsCount: input.sessions.length,
    calls: { count: callsCount, eventUs: sum(calls, ({ us }) => us) / callsCount },
    results: resultCost(timed.filter(({ batch }) => batch.kind.startsWith(RESULT))),
    stateBytes: stateBytes(groups),
  }
}

type Timed = { batch: Batch; us: number }
type Pass = { timed: Timed[]; totalUs: number }

function timePass(groups: readonly Batch[][]): Pass {
  const timed: Timed[] = []
  let totalUs = 0
  for (const batches of groups) {
    const core = newCore()
    for (const batch of batches) {
      const before = process.cpuUsage()
      for (const one of batch.inputs) core.onRecord(one, drop)
      const { user, system } = process.cpuUsage(before)
      timed.push({ batch, us: user + system })
      totalUs += user + system
    }
  }
  return { timed, totalUs }
}

/** Least squares over the batches: so much an event, and so much a KiB of what they hold. */
function resultCost(timed: readonly Timed[]): ResultCost {
  let [nn, nk, kk, nu, ku] = [0, 0, 0, 0, 0]
  for (const { batch, us } of timed) {
    const count = batch.inputs.length
    nn += count * count
    nk += count * batch.kib
    kk += batch.kib * batch.kib
    nu += count * us
    ku += batch.kib * us
  }
  const determinant = nn * kk - nk * nk
  const kib = sum(timed, ({ batch }) => batch.kib)
  return {
    count: sum(timed, ({ batch }) => batch.inputs.length),
    kib,
    wholeUs: sum(timed, ({ us }) => us) / kib,
    eventUs: (nu * kk - ku * nk) / determinant,
    kibUs: (nn * ku - nk * nu) / determinant,
  }
}

function stateBytes(groups: readonly Batch[][]): number[] {
  const sizes: number[] = []
  for (const batches of groups) {
    const core = newCore()
    for (const { inputs } of batches) for (const one of inputs) core.onRecord(one, drop)
    for (const { key, body } of core.takeChanges()) {
      if (key.includes('/')) sizes.push(Buffer.byteLength(JSON.stringify(body)))
    }
  }
  return sizes.sort((one, other) => one - other)
}

/** The sessions of a group go on in step: the first event of each, the second of each, … */
function groupsOf({ sessions }: BenchInput): Batch[][] {
  const groups: Batch[][] = []
  for (let start = 0; start < sessions.length; start += CONCURRENT_COUNT) {
    const group = sessions.slice(start, start + CONCURRENT_COUNT)
    const stepsCount = Math.max(...group.map((events) => events.length))
    const batches: Batch[] = []
    for (let step = 0; step < stepsCount; step += 1) {
      batches.push(...batchesOf(group.flatMap((events) => events[step] ?? [])))
    }
    groups.push(batches)
  }
  return groups
}

function batchesOf(events: readonly BenchInput['sessions'][number][number][]): Batch[] {
  const batches = new Map<string, Batch>()
  for (const { topic, event } of events) {
    const isResult = event.action === RESULT && 'content' in event
    const kib = isResult ? Buffer.byteLength(event.content ?? '') / KIB : 0
    const size = SIZE_STEPS_KIB.filter((step) => kib > step).length
    const kind = isResult ? `${RESULT} ${size}` : event.action
    const batch = batches.get(kind) ?? { kind, kib: 0, inputs: [] }
    const key = keyOf(event.tenant_id, event.session_id)
    batch.inputs.push({ topic, schema: topic, key, value: event } as StageInput)
    batch.kib += kib
    batches.set(kind, batch)
  }
  return [...batches.values()]
}

function newCore(): ObserveCore {
  return createObserveCore({
    inactivityGapUs: 30 * 60_000_000,
    sessionsMaxCount: 1_000,
    inventory: EMPTY_INVENTORY,
    hashKey: 'bench',
  })
}

function drop(): void {
  // What is said is not what is measured.
}

function sum<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0)
}
