import { OTHER_NAMES } from '#domain/baseline-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { decayedWeight } from './decay.ts'
import type { Sample } from './samples.ts'

/** A name in its context, with when it was last seen or what it weighs, and what it takes. */
type Entry = { context: string; name: string; value: number; bytes: number }

/** What a set or table holds, what is worth most first. */
export type NameList = {
  measure: string
  kind: 'set' | 'counts'
  /** Sessions that say something of it. */
  samplesCount: number
  entries: readonly Entry[]
}

/** Length, count and block of an entry; of a context also what stands for those cut. */
const ENTRY_BYTES = 12
const CONTEXT_BYTES = 28

/** When each name of each set was last seen, the newest first. */
export function setLists(samples: readonly Sample[]): NameList[] {
  const sets = new Map<string, Map<string, number>>()
  for (const { ended_at, sets: own } of samples) {
    for (const [measure, names] of Object.entries(own)) {
      const lastSeen = entryOf(sets, measure, () => new Map<string, number>())
      for (const name of names) lastSeen.set(name, Math.max(lastSeen.get(name) ?? 0, ended_at))
    }
  }
  return [...sets].map(([measure, lastSeen]) => {
    const entries = [...lastSeen].map(([name, value]) => ({ context: '', name, value, bytes: 0 }))
    return { measure, kind: 'set', samplesCount: samples.length, entries: priced(entries) }
  })
}

/** What was done how often in each context of each table, decayed; what weighs most first. */
export function countLists(samples: readonly Sample[], sealedAtUs: number): NameList[] {
  const tables = new Map<string, { weights: Map<string, number>; samplesCount: number }>()
  for (const { ended_at, counts } of samples) {
    const weight = decayedWeight(sealedAtUs - ended_at)
    for (const [measure, table] of Object.entries(counts)) {
      const known = entryOf(tables, measure, () => ({ weights: new Map(), samplesCount: 0 }))
      known.samplesCount += 1
      for (const [key, count] of Object.entries(table)) {
        known.weights.set(key, (known.weights.get(key) ?? 0) + count * weight)
      }
    }
  }
  return [...tables].map(([measure, { weights, samplesCount }]) => {
    const entries = [...weights].map(([key, value]) => {
      const at = key.lastIndexOf('/')
      return { context: key.slice(0, Math.max(0, at)), name: key.slice(at + 1), value, bytes: 0 }
    })
    return { measure, kind: 'counts', samplesCount, entries: priced(entries) }
  })
}

/** What a baseline holds of a list of which the first `keptCount` have room. */
export function contentOf(
  { kind, entries }: NameList,
  keptCount: number,
): Pick<Baseline, 'last_seen' | 'counts' | 'evicted_count'> {
  const kept = entries.slice(0, keptCount)
  const evicted = entries.slice(keptCount)
  const evicted_count = evicted.length
  if (kind === 'set') {
    const lastSeen = kept.map(({ name, value }): [string, number] => [name, value])
    return { last_seen: sorted(lastSeen), counts: {}, evicted_count }
  }
  const contexts = new Map<string, Map<string, number>>()
  for (const { context, name, value } of kept) {
    entryOf(contexts, context, () => new Map<string, number>()).set(name, value)
  }
  for (const { context, value } of evicted) {
    const names = contexts.get(context)
    names?.set(OTHER_NAMES, (names.get(OTHER_NAMES) ?? 0) + value)
  }
  const counts = [...contexts].map(([context, names]): [string, Record<string, number>] => [
    context,
    sorted([...names]),
  ])
  return { last_seen: {}, counts: sorted(counts), evicted_count }
}

/** The largest values first; the first name of a context pays for the context. */
function priced(entries: readonly Entry[]): Entry[] {
  const paid = new Set<string>()
  return entries
    .toSorted((one, other) => other.value - one.value || compareNames(one, other))
    .map((entry) => {
      const { context, name } = entry
      const isFirst = context !== '' && !paid.has(context)
      paid.add(context)
      const contextBytes = isFirst ? Buffer.byteLength(context) + CONTEXT_BYTES : 0
      return { ...entry, bytes: Buffer.byteLength(name) + ENTRY_BYTES + contextBytes }
    })
}

function compareNames(one: Entry, other: Entry): number {
  if (one.context !== other.context) return one.context < other.context ? -1 : 1
  return one.name < other.name ? -1 : 1
}

function sorted<Value>(entries: [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
