import { keyOf } from '#domain/lane.ts'
import type { Activity, FinishedSession, Layer } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { addActivity, flushActivity, type SeenPlace } from './activity.ts'
import { remember } from './bounded.ts'
import { hiding, identifierHash, type Hide } from './hashing.ts'
import { addIdentity } from './identity.ts'
import { Heard } from './heard.ts'
import { scopeOf, type Inventory } from './inventory.ts'
import { observationOf } from './observation.ts'
import {
  newLayer,
  observerOf,
  packSession,
  unpackSession,
  type LayerState,
  type Session,
} from './session.ts'
import type { AnyEvent, Sight } from './sight.ts'
import { addToSummary, emptySummary, foldSummary, isAtRest, summaryDueUs } from './summary.ts'
import { Timers } from './timers.ts'
import { TopicTimes, TOPIC_TIMES_KEY } from './topic-times.ts'

export type ObserveOptions = {
  /** Silence after which a session has ended. */
  inactivityGapUs: number
  /** How many sessions each layer remembers at once. */
  sessionsMaxCount: number
  inventory: Inventory
  /** Keys the hashes that stand in the state for what was read. */
  hashKey: string
}

/** How often a limit made this core forget a session. */
export type ObserveCore = Core & { evictedCount(): number }

/** How long counters outlive a session's end. */
const AFTER_END_US = 30 * MINUTE_US
const ADDRESS_WINDOW_US = 5 * MINUTE_US
const ADDRESS_PREFIX = 'server:'
const SEEN_MAX_COUNT = 512
const SERVERS_MAX_COUNT = 8
/** Summaries outlive the layers' memory. */
const SUMMARIES_A_SESSION = 4

/**
 * Says what each event means in the light of its session, who was active on which server, and sums
 * sessions up when they end (time.md). An observation follows from its own topic's order alone, a
 * summary from event time alone; so the outputs do not depend on how the topics interleave.
 */
export function createObserveCore(options: ObserveOptions): ObserveCore {
  return new ObservingCore(options)
}

class ObservingCore implements ObserveCore {
  readonly #options: ObserveOptions
  readonly #hide: Hide
  readonly #keptUs: number
  readonly #sessions = new Map<string, Session>()
  readonly #changed = new Set<string>()
  readonly #timers = new Timers()
  readonly #topicTimes = new TopicTimes()
  readonly #heard = new Heard()
  #summariesCount = 0
  #evictedCount = 0

  constructor(options: ObserveOptions) {
    this.#options = options
    this.#hide = hiding(options.hashKey)
    this.#keptUs = options.inactivityGapUs + AFTER_END_US
  }

  onRecord(input: StageInput, emit: Emit): 'taken' {
    const { key, schema } = input
    if (schema === 'events.application.v1') this.#onEvent(key, 'application', input.value, emit)
    else if (schema === 'events.data.v1') this.#onEvent(key, 'data', input.value, emit)
    else if (schema === 'events.network.v1') this.#onEvent(key, 'network', input.value, emit)
    else if (schema === 'events.model.v1') this.#onEvent(key, 'model', input.value, emit)
    return 'taken'
  }

  onWatermark(watermarkUs: number, emit: Emit): void {
    const finished: FinishedSession[] = []
    for (;;) {
      const timer = this.#timers.takeBefore(watermarkUs)
      if (timer === undefined) break
      const [kind, key = '', layer, server = ''] = timer.name.split('\0')
      if (kind === 'summary') finished.push(...this.#foldSummary(key, watermarkUs))
      else if (kind === 'activity') this.#flush(key, layer as Layer, server, watermarkUs, emit)
      else this.#expire(key, layer as Layer, watermarkUs, emit)
    }
    for (const value of finished.sort(compareFinished)) {
      const key = keyOf(value.tenant_id, value.agent_id)
      emit({ topic: 'sessions.v1', schema: 'sessions.v1', key, value })
    }
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].map((key): StateChange => {
      const session = this.#sessions.get(key)
      return { key, body: session === undefined ? undefined : packSession(session) }
    })
    this.#changed.clear()
    const times = this.#topicTimes.takeChange()
    if (times !== undefined) changes.push({ key: TOPIC_TIMES_KEY, body: times })
    return changes
  }

  restore(key: string, body: unknown): void {
    if (key === TOPIC_TIMES_KEY) return this.#topicTimes.restore(body)
    const session = unpackSession(body)
    this.#sessions.set(key, session)
    for (const [layer, state] of session.layers) {
      this.#heard.restore(layer, key, state.arrival)
      this.#setTimer(state.lastAtUs + this.#keptUs, 'layer', key, layer)
      for (const [server, { isDirty, slotAtUs }] of state.activities) {
        if (isDirty) this.#setTimer(slotAtUs + SECOND_US, 'activity', key, layer, server)
      }
    }
    const { summary } = session
    if (summary === undefined) return
    this.#summariesCount += 1
    this.#setTimer(summaryDueUs(summary, this.#options.inactivityGapUs), 'summary', key)
  }

  evictedCount(): number {
    return this.#evictedCount
  }

  #onEvent(key: string, layer: Layer, event: AnyEvent, emit: Emit): void {
    const session = this.#sessionOf(key, event)
    const state = this.#layerOf(key, session, layer, event, emit)
    this.#topicTimes.advance(layer, event)
    const isFull = state.seen.size >= SEEN_MAX_COUNT
    // Even an event that was seen before may begin a new window.
    this.#changed.add(key)
    if (!remember(state.seen, identifierHash(event.event_id), SEEN_MAX_COUNT)) return
    if (isFull) state.seenDropped += 1
    state.lastAtUs = Math.max(state.lastAtUs, event.occurred_at)
    state.arrival = this.#heard.note(layer, key)
    const scope = scopeOf(this.#options.inventory, event.agent_id, event.server_id)
    const surroundings = { hide: this.#hide, scope }
    const sight = observerOf(layer).observe(state.facts, event, surroundings)
    const { facts } = sight
    addIdentity(sight, event, scope)
    const place = { key, layer, effect: facts.effect ?? null }
    const unheard = this.#addActivity(place, state, event, emit)
    facts.facts_dropped = (facts.facts_dropped ?? 0) + state.seenDropped + unheard
    const value = observationOf(event, layer, facts)
    emit({ topic: 'observations.v1', schema: 'observations.v1', key, value })
    if (!event.late && !isAddress(event)) this.#summarize(key, session, layer, event, sight)
    this.#keepWithinBounds(layer, emit)
  }

  #sessionOf(key: string, event: AnyEvent): Session {
    const known = this.#sessions.get(key)
    if (known !== undefined) return known
    const session: Session = {
      tenantId: event.tenant_id,
      sessionId: event.session_id,
      layers: new Map(),
      summary: undefined,
    }
    this.#sessions.set(key, session)
    return session
  }

  /**
   * What the layer remembers of the session. It starts anew after a silence so long that the
   * watermark may have passed it: whether the old was still there must not show. A late event does
   * not tell by its own time, so its topic's time decides.
   */
  #layerOf(key: string, session: Session, layer: Layer, event: AnyEvent, emit: Emit): LayerState {
    const known = session.layers.get(layer)
    const endsUs = (known?.lastAtUs ?? 0) + this.#keptUs
    const isPast = event.occurred_at > endsUs || (event.late && this.#topicTimes.of(layer) > endsUs)
    const window = isAddress(event) ? Math.floor(event.occurred_at / ADDRESS_WINDOW_US) : 0
    if (known === undefined || isPast) {
      if (known !== undefined) this.#forgetLayer(key, session, layer, emit)
      this.#sessions.set(key, session)
      const state = { ...newLayer(layer, event.occurred_at), window }
      session.layers.set(layer, state)
      this.#setTimer(event.occurred_at + this.#keptUs, 'layer', key, layer)
      return state
    }
    if (window > known.window) {
      known.window = window
      const observer = observerOf(layer)
      known.facts = observer.renew?.(known.facts) ?? observer.empty()
    }
    return known
  }

  /** Returns how many servers found no room. */
  #addActivity(seen: SeenPlace, state: LayerState, event: AnyEvent, emit: Emit): 0 | 1 {
    const { server_id } = event
    if (server_id === null || seen.layer === 'model') return 0
    const known = state.activities.get(server_id)
    if (known === undefined && state.activities.size >= SERVERS_MAX_COUNT) return 1
    const place = { ...seen, serverId: server_id }
    const activity = addActivity(known, event, place, reporting(emit))
    state.activities.set(server_id, activity)
    const dueUs = activity.slotAtUs + SECOND_US
    if (activity.isDirty) this.#setTimer(dueUs, 'activity', seen.key, seen.layer, server_id)
    return 0
  }

  #flush(key: string, layer: Layer, server: string, watermarkUs: number, emit: Emit): void {
    const activity = this.#sessions.get(key)?.layers.get(layer)?.activities.get(server)
    if (activity === undefined || !activity.isDirty) return
    const dueUs = activity.slotAtUs + SECOND_US
    if (dueUs >= watermarkUs) return this.#setTimer(dueUs, 'activity', key, layer, server)
    flushActivity(activity, reporting(emit))
    this.#changed.add(key)
  }

  #summarize(key: string, session: Session, layer: Layer, event: AnyEvent, sight: Sight): void {
    const { inactivityGapUs, sessionsMaxCount } = this.#options
    if (session.summary === undefined) {
      if (this.#summariesCount >= SUMMARIES_A_SESSION * sessionsMaxCount) {
        this.#evictedCount += 1
        return
      }
      session.summary = emptySummary()
      this.#summariesCount += 1
    }
    addToSummary(session.summary, { ...session, inactivityGapUs }, event, layer, sight)
    this.#setTimer(event.occurred_at, 'summary', key)
  }

  #foldSummary(key: string, watermarkUs: number): FinishedSession[] {
    const session = this.#sessions.get(key)
    if (session?.summary === undefined) return []
    const { inactivityGapUs } = this.#options
    const finished = foldSummary(session.summary, { ...session, inactivityGapUs }, watermarkUs)
    const dueUs = summaryDueUs(session.summary, inactivityGapUs)
    this.#changed.add(key)
    if (isAtRest(session.summary) && dueUs < watermarkUs) {
      session.summary = undefined
      this.#summariesCount -= 1
      this.#dropIfEmpty(key, session)
    } else this.#setTimer(dueUs, 'summary', key)
    return finished
  }

  /** Forgets a layer once neither an event in time nor a late one could meet it. */
  #expire(key: string, layer: Layer, watermarkUs: number, emit: Emit): void {
    const session = this.#sessions.get(key)
    const state = session?.layers.get(layer)
    if (session === undefined || state === undefined) return
    const endsUs = state.lastAtUs + this.#keptUs
    const isPast = endsUs < watermarkUs && this.#topicTimes.of(layer) > endsUs
    if (isPast || watermarkUs === Infinity) this.#forgetLayer(key, session, layer, emit)
    else this.#setTimer(Math.max(endsUs, watermarkUs + MINUTE_US), 'layer', key, layer)
  }

  #keepWithinBounds(layer: Layer, emit: Emit): void {
    const oldest = this.#heard.oldestBeyond(layer, this.#options.sessionsMaxCount)
    const session = oldest === undefined ? undefined : this.#sessions.get(oldest)
    if (oldest === undefined || session === undefined) return
    this.#forgetLayer(oldest, session, layer, emit)
    this.#evictedCount += 1
  }

  #forgetLayer(key: string, session: Session, layer: Layer, emit: Emit): void {
    for (const activity of session.layers.get(layer)?.activities.values() ?? []) {
      flushActivity(activity, reporting(emit))
    }
    session.layers.delete(layer)
    this.#heard.forget(layer, key)
    this.#changed.add(key)
    this.#dropIfEmpty(key, session)
  }

  #dropIfEmpty(key: string, session: Session): void {
    if (session.layers.size === 0 && session.summary === undefined) this.#sessions.delete(key)
  }

  #setTimer(atUs: number, ...name: string[]): void {
    this.#timers.set(atUs, name.join('\0'))
  }
}

function isAddress(event: AnyEvent): boolean {
  return event.session_id.startsWith(ADDRESS_PREFIX)
}

function reporting(emit: Emit): (activity: Activity) => void {
  return (value) => {
    const key = keyOf(value.tenant_id, value.server_id)
    emit({ topic: 'activity.v1', schema: 'activity.v1', key, value })
  }
}

function compareFinished(one: FinishedSession, other: FinishedSession): number {
  if (one.ended_at !== other.ended_at) return one.ended_at - other.ended_at
  if (one.tenant_id !== other.tenant_id) return one.tenant_id < other.tenant_id ? -1 : 1
  return one.session_id < other.session_id ? -1 : 1
}
