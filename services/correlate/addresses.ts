import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert } from '#domain/records/index.ts'
import type { StateChange } from '#domain/stage.ts'
import { addActivity, overlappingSessions, recentIntervals, type Interval } from './attribute.ts'
import { Joints } from './joints.ts'
import { compareAlerts, knownAlert, withAlert, type KnownAlert } from './known-alert.ts'

/** How an alert of a server's address came to a session, surest first. */
export type Basis = 'trace' | 'connection' | 'overlap'

/** An address's alert, whose it may be, and whose it is not any more. */
export type Offer = {
  tenantId: string
  alert: KnownAlert
  basis: Basis
  /** Sorted; each is its owner as likely as the others. */
  sessionIds: readonly string[]
  leftSessionIds: readonly string[]
}

/** A server: who was active on it, and its address's alerts whose owner is not decided yet. */
type ServerState = {
  intervals: Interval[]
  waiting: KnownAlert[]
  /** By alert, the sessions it was offered to. */
  offered: Record<string, readonly string[]>
}

const PREFIX = 'v/'
const ADDRESS_PREFIX = 'server:'

/** Whether an id is a server's address and no session. */
export function isAddress(sessionId: string): boolean {
  return sessionId.startsWith(ADDRESS_PREFIX)
}

/**
 * The alerts of servers' addresses, and whose they are: the sessions of their trace; else those of
 * their connection, or active on the server it belongs to; else those active on their own server
 * then. An alert is offered again with everything that may change that, until it is decided.
 */
export class Addresses {
  readonly #joints = new Joints()
  readonly #servers = new Map<string, ServerState>()
  /** Servers with an alert that waits: the few that a new trace or connection can matter to. */
  readonly #waitingKeys = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #horizonUs: number

  constructor(horizonUs: number) {
    this.#horizonUs = horizonUs
  }

  onAlert(alert: Alert): Offer[] {
    const key = keyOf(alert.tenant_id, alert.session_id.slice(ADDRESS_PREFIX.length))
    const server = this.#server(key)
    const waiting = withAlert(server.waiting, knownAlert(alert))
    if (waiting === undefined) return []
    server.waiting = waiting.alerts
    this.#waitingKeys.add(key)
    return [this.#offer(key, server, waiting.added)]
  }

  onActivity(activity: Activity): Offer[] {
    const isNews = this.#joints.note(activity)
    const offers = isNews ? this.#offersOfTenant(activity) : []
    if (isAddress(activity.session_id)) return offers
    addActivity(this.#server(keyOf(activity.tenant_id, activity.server_id)).intervals, activity)
    return isNews ? offers : this.reconsider(activity.tenant_id, activity.server_id)
  }

  /** Offers a server's waiting alerts again: an incident of a session there may have come. */
  reconsider(tenantId: string, serverId: string | null): Offer[] {
    if (serverId === null) return []
    const key = keyOf(tenantId, serverId)
    const server = this.#servers.get(key)
    return server?.waiting.map((alert) => this.#offer(key, server, alert)) ?? []
  }

  /**
   * The alerts which the watermark has passed by the horizon: they wait no more. In event-time
   * order, so that it makes no difference in how many steps the watermark came.
   */
  onWatermark(watermarkUs: number): Offer[] {
    const decided: Offer[] = []
    for (const key of [...this.#servers.keys()].sort()) {
      const server = this.#servers.get(key)
      if (server !== undefined) decided.push(...this.#decide(key, server, watermarkUs))
    }
    if (watermarkUs !== Infinity) this.#joints.forget(watermarkUs - 2 * this.#horizonUs)
    return decided.sort((one, other) => compareAlerts(one.alert, other.alert))
  }

  takeChanges(): StateChange[] {
    const keys = [...this.#changed].sort()
    this.#changed.clear()
    const changes = keys.map((key) => ({ key: PREFIX + key, body: this.#servers.get(key) }))
    return [...changes, ...this.#joints.takeChanges()]
  }

  owns(key: string): boolean {
    return key.startsWith(PREFIX) || this.#joints.owns(key)
  }

  restore(key: string, body: unknown): void {
    if (this.#joints.owns(key)) this.#joints.restore(key, body)
    else this.#restoreServer(key.slice(PREFIX.length), body as ServerState)
  }

  #restoreServer(key: string, server: ServerState): void {
    this.#servers.set(key, server)
    if (server.waiting.length > 0) this.#waitingKeys.add(key)
  }

  #decide(key: string, server: ServerState, watermarkUs: number): Offer[] {
    const isDue = (alert: KnownAlert): boolean => watermarkUs > alert.occurred_at + this.#horizonUs
    const offers = server.waiting.filter(isDue).map((alert) => this.#offer(key, server, alert))
    server.waiting = server.waiting.filter((alert) => !isDue(alert))
    if (server.waiting.length === 0) this.#waitingKeys.delete(key)
    for (const { alert } of offers) delete server.offered[alert.alert_id]
    const kept = recentIntervals(server.intervals, watermarkUs - 2 * this.#horizonUs)
    if (kept.length === server.intervals.length && offers.length === 0) return []
    server.intervals = kept
    this.#changed.add(key)
    if (kept.length === 0 && server.waiting.length === 0) this.#servers.delete(key)
    return offers
  }

  #offersOfTenant({ tenant_id }: Activity): Offer[] {
    const tenantKey = `${keyOf(tenant_id)}/`
    const keys = [...this.#waitingKeys].filter((key) => key.startsWith(tenantKey)).sort()
    return keys.flatMap((key) => {
      const server = this.#servers.get(key)
      return server?.waiting.map((alert) => this.#offer(key, server, alert)) ?? []
    })
  }

  #offer(key: string, server: ServerState, alert: KnownAlert): Offer {
    const tenantId = decodeURIComponent(key.slice(0, key.indexOf('/')))
    const { basis, sessionIds } = this.#ownersOf(tenantId, server, alert)
    const before = server.offered[alert.alert_id] ?? []
    const leftSessionIds = before.filter((sessionId) => !sessionIds.includes(sessionId))
    server.offered[alert.alert_id] = sessionIds
    this.#changed.add(key)
    return { tenantId, alert, basis, sessionIds, leftSessionIds }
  }

  #ownersOf(
    tenantId: string,
    server: ServerState,
    { trace_id, connection, occurred_at }: KnownAlert,
  ): Pick<Offer, 'basis' | 'sessionIds'> {
    const isSession = (name: string): boolean => !isAddress(name)
    const traced = this.#joints.ofTrace(tenantId, trace_id).filter(isSession)
    if (traced.length > 0) return { basis: 'trace', sessionIds: traced }
    const ends = this.#joints.ofConnection(tenantId, connection)
    const atEnds = ends
      .filter(isAddress)
      .map((address) => keyOf(tenantId, address.slice(ADDRESS_PREFIX.length)))
      .map((key) => this.#servers.get(key))
      .filter((other) => other !== undefined && other !== server)
      .flatMap((other) => overlappingSessions(other?.intervals ?? [], occurred_at))
    const connected = [...new Set([...ends.filter(isSession), ...atEnds])].sort()
    if (connected.length > 0) return { basis: 'connection', sessionIds: connected }
    return { basis: 'overlap', sessionIds: overlappingSessions(server.intervals, occurred_at) }
  }

  #server(key: string): ServerState {
    const server = this.#servers.get(key) ?? { intervals: [], waiting: [], offered: {} }
    this.#servers.set(key, server)
    this.#changed.add(key)
    return server
  }
}
