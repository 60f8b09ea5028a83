/** Hits of one rule on one day of event time, UTC. */
export type DayCount = {
  rule: string
  rule_id: string
  level: string
  day: string
  /** Hits of the rules that are tried. */
  count: number
  /** Against the rules that run: hits of both, of the tried ones only, of the running ones only. */
  same: number
  new: number
  gone: number
  /** Ids of events, new ones first, then gone ones, then the rest. */
  examples: string[]
}

/** What is known of a rule's hit. */
export type Hit = { name: string; id: string; level: string }
type Change = 'same' | 'new' | 'gone'

const CHANGES: readonly Change[] = ['new', 'gone', 'same']
const DAY_MS = 86_400_000
const NO_HITS = { count: 0, same: 0, new: 0, gone: 0 }

/** Counts hits by rule and day; what it holds does not grow with the number of hits. */
export class HitCounts {
  readonly #examplesMaxCount: number
  readonly #days = new Map<string, DayCount & { examplesOf: Record<Change, string[]> }>()

  constructor(examplesMaxCount: number) {
    this.#examplesMaxCount = examplesMaxCount
  }

  /** Takes what the tried rules, and the running ones, found in one record. */
  add(occurredAtUs: number, eventId: string, tried: readonly Hit[], live: readonly Hit[]): void {
    const liveIds = new Set(live.map(({ id }) => id))
    const triedIds = new Set(tried.map(({ id }) => id))
    const day = new Date(Math.floor(occurredAtUs / 1000 / DAY_MS) * DAY_MS)
      .toISOString()
      .slice(0, 10)
    for (const hit of tried) this.#count(hit, day, eventId, liveIds.has(hit.id) ? 'same' : 'new')
    for (const hit of live) if (!triedIds.has(hit.id)) this.#count(hit, day, eventId, 'gone')
  }

  /** By rule, then by day. */
  rows(): DayCount[] {
    const rows = [...this.#days.values()].map(({ examplesOf, ...row }) => ({
      ...row,
      examples: CHANGES.flatMap((change) => examplesOf[change]).slice(0, this.#examplesMaxCount),
    }))
    const keyOf = ({ rule, day }: DayCount): string => `${rule}\0${day}`
    return rows.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  }

  #count({ name, id, level }: Hit, day: string, eventId: string, change: Change): void {
    const key = `${id}\0${day}`
    const known = this.#days.get(key) ?? {
      ...NO_HITS,
      rule: name,
      rule_id: id,
      level,
      day,
      examples: [],
      examplesOf: { same: [], new: [], gone: [] },
    }
    this.#days.set(key, known)
    known[change] += 1
    if (change !== 'gone') known.count += 1
    const examples = known.examplesOf[change]
    if (examples.length < this.#examplesMaxCount) examples.push(eventId)
  }
}
