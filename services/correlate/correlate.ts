import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert, Case } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { addActivity, overlappingSessions, recentIntervals, type Interval } from './attribute.ts'
import { knownAlert, withAlert, type KnownAlert } from './known-alert.ts'
import { createSequenceEngine, type SequenceEngine } from './sequence/engine.ts'
import { firingAlertFields } from './sequence/firing-alert.ts'
import type { Firing } from './sequence/firing.ts'
import {
  addAlert,
  currentIncidentId,
  newSessionIncident,
  nextRevision,
  noteCase,
  type SessionIncident,
} from './session-incident.ts'

export type CorrelateOptions = {
  horizonUs: number
  sessionsMaxCount: number
  /** Correlations to run over matches, and the version of the pack they are of. */
  sequences: readonly ResolvedCorrelation[]
  packVersion: string
}

const SERVER_PREFIX = 'server:'
const SESSION_KEY_PREFIX = 's/'
const SERVER_KEY_PREFIX = 'v/'
/** A session whose alerts opened nothing is forgotten a day after the last of them. */
const QUIET_SESSION_AGE_MAX_US = 86_400 * 1_000_000
const INCIDENT_AGE_MAX_US = 14 * QUIET_SESSION_AGE_MAX_US

/** A server: who was active on it, and its address's alerts whose owner is not decided yet. */
type ServerState = { intervals: Interval[]; waiting: KnownAlert[] }

/**
 * Joins alerts into incidents (time.md, What may be decided when). A session's alert counts at
 * once; an alert of a server's address joins the incidents of the sessions active there, and opens
 * one of its own only when the watermark has passed it by the horizon and no such incident is
 * known.
 */
export function createCorrelateCore(options: CorrelateOptions): Core {
  return new CorrelateCore(options)
}

class CorrelateCore implements Core {
  readonly #options: CorrelateOptions
  readonly #sessions = new Map<string, SessionIncident>()
  readonly #servers = new Map<string, ServerState>()
  readonly #unsettled = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #sequences: SequenceEngine
  readonly #correlations: ReadonlyMap<string, Correlation>
  #forgottenUntilUs = -Infinity

  constructor(options: CorrelateOptions) {
    const { sequences, horizonUs } = options
    this.#options = options
    this.#sequences = createSequenceEngine(sequences, {
      horizonUs,
      claimsAcrossSessions: false,
    })
    this.#correlations = new Map(sequences.map(({ correlation }) => [correlation.id, correlation]))
  }

  onRecord(input: StageInput, emit: Emit): 'taken' {
    if (input.schema === 'alerts.v1' && input.value.kind !== 'sequence') {
      this.#onAlert(input.value, emit)
    }
    if (input.schema === 'matches.v1' && input.value.reason === 'counted') {
      for (const firing of this.#sequences.onMatch(input.value)) this.#onFiring(firing, emit)
    }
    if (input.schema === 'activity.v1') this.#onActivity(input.value, emit)
    if (input.schema === 'cases.v1') this.#onCase(input.value)
    return 'taken'
  }

  onWatermark(watermarkUs: number, emit: Emit): void {
    const { horizonUs } = this.#options
    for (const firing of this.#sequences.onWatermark(watermarkUs)) this.#onFiring(firing, emit)
    for (const key of [...this.#servers.keys()].sort()) this.#decideServer(key, watermarkUs, emit)
    for (const key of [...this.#unsettled].sort()) {
      const session = this.#sessions.get(key)
      const lastUs = session?.alerts.at(-1)?.occurred_at
      if (session === undefined || lastUs === undefined) continue
      if (watermarkUs <= lastUs + horizonUs) continue
      this.#tell(key, session, true, emit)
      this.#unsettled.delete(key)
    }
    if (watermarkUs !== Infinity) this.#forget(watermarkUs)
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].sort().map((key) => ({ key, body: this.#body(key) }))
    this.#changed.clear()
    return [...changes, ...this.#sequences.takeChanges()]
  }

  restore(key: string, body: unknown): void {
    if (this.#sequences.owns(key)) return this.#sequences.restore(key, body)
    if (key.startsWith(SERVER_KEY_PREFIX))
      this.#servers.set(key.slice(SERVER_KEY_PREFIX.length), body as ServerState)
    else this.#restoreSession(key.slice(SESSION_KEY_PREFIX.length), body as SessionIncident)
  }

  #restoreSession(key: string, session: SessionIncident): void {
    this.#sessions.set(key, session)
    if (!session.settled) this.#unsettled.add(key)
  }

  #body(key: string): unknown {
    return key.startsWith(SERVER_KEY_PREFIX)
      ? this.#servers.get(key.slice(SERVER_KEY_PREFIX.length))
      : this.#sessions.get(key.slice(SESSION_KEY_PREFIX.length))
  }

  /** A correlation that holds is an alert like any other, told and joined at once. */
  #onFiring(firing: Firing, emit: Emit): void {
    const correlation = this.#correlations.get(firing.correlationId)
    if (correlation === undefined) return
    const alert = firingAlertFields(correlation, firing, this.#options.packVersion)
    const key = keyOf(alert.tenant_id, alert.session_id)
    emit({ topic: 'alerts.v1', schema: 'alerts.v1', key, value: alert })
    this.#onAlert(alert, emit)
  }

  #onAlert(alert: Alert, emit: Emit): void {
    const known = knownAlert(alert)
    if (!alert.session_id.startsWith(SERVER_PREFIX)) {
      this.#join(alert.tenant_id, alert.session_id, known, emit)
      this.#reconsider(alert.tenant_id, alert.server_id, emit)
      return
    }
    const serverId = alert.session_id.slice(SERVER_PREFIX.length)
    const key = keyOf(alert.tenant_id, serverId)
    const server = this.#server(key)
    const waiting = withAlert(server.waiting, known)
    if (waiting === undefined) return
    server.waiting = waiting.alerts
    this.#attribute(key, server, waiting.added, emit)
  }

  #onActivity(activity: Activity, emit: Emit): void {
    if (activity.session_id.startsWith(SERVER_PREFIX)) return
    const key = keyOf(activity.tenant_id, activity.server_id)
    addActivity(this.#server(key).intervals, activity)
    this.#reconsider(activity.tenant_id, activity.server_id, emit)
  }

  #onCase(changed: Case): void {
    for (const sessionId of changed.session_ids) {
      const key = keyOf(changed.tenant_id, sessionId)
      const session = this.#sessions.get(key)
      if (session === undefined) continue
      noteCase(session, changed)
      this.#changed.add(SESSION_KEY_PREFIX + key)
    }
  }

  #join(tenantId: string, sessionId: string, alert: KnownAlert, emit: Emit): void {
    const key = keyOf(tenantId, sessionId)
    const session = this.#sessions.get(key) ?? newSessionIncident(tenantId, sessionId)
    this.#sessions.set(key, session)
    if (!addAlert(session, alert)) return
    this.#unsettled.add(key)
    this.#changed.add(SESSION_KEY_PREFIX + key)
    this.#tell(key, session, false, emit)
  }

  /** Offers a server's waiting alerts again: activity there, or an incident, may have come. */
  #reconsider(tenantId: string, serverId: string | null, emit: Emit): void {
    if (serverId === null) return
    const key = keyOf(tenantId, serverId)
    const server = this.#servers.get(key)
    if (server === undefined) return
    for (const alert of server.waiting) this.#attribute(key, server, alert, emit)
  }

  /**
   * Joins an address's alert to the incidents of the sessions active there then; says to how many.
   */
  #attribute(key: string, server: ServerState, alert: KnownAlert, emit: Emit): number {
    this.#changed.add(SERVER_KEY_PREFIX + key)
    const tenantKey = key.slice(0, key.indexOf('/') + 1)
    const overlapping = overlappingSessions(server.intervals, alert.occurred_at)
    const latestUs = alert.occurred_at + this.#options.horizonUs
    let joinedCount = 0
    for (const sessionId of overlapping) {
      const session = this.#sessions.get(tenantKey + keyOf(sessionId))
      if (session?.emitted == null || session.emitted.opened_at > latestUs) continue
      joinedCount += 1
      const confidence = 1 / overlapping.length
      if (session.attributions[alert.alert_id] !== confidence) {
        session.attributions[alert.alert_id] = confidence
        session.settled = false
        this.#unsettled.add(tenantKey + keyOf(sessionId))
        this.#changed.add(SESSION_KEY_PREFIX + tenantKey + keyOf(sessionId))
      }
      this.#join(session.tenant_id, sessionId, alert, emit)
    }
    return joinedCount
  }

  /** Decides the waiting alerts which the watermark has passed by the horizon. */
  #decideServer(key: string, watermarkUs: number, emit: Emit): void {
    const server = this.#servers.get(key)
    if (server === undefined) return
    const { horizonUs } = this.#options
    const isDue = (alert: KnownAlert): boolean => watermarkUs > alert.occurred_at + horizonUs
    const due = server.waiting.filter(isDue)
    server.waiting = server.waiting.filter((alert) => !isDue(alert))
    for (const alert of due) {
      if (this.#attribute(key, server, alert, emit) > 0) continue
      const tenantId = decodeURIComponent(key.slice(0, key.indexOf('/')))
      this.#join(tenantId, alert.session_id, alert, emit)
    }
    const kept = recentIntervals(server.intervals, watermarkUs - 2 * horizonUs)
    if (kept.length === server.intervals.length && due.length === 0) return
    server.intervals = kept
    this.#changed.add(SERVER_KEY_PREFIX + key)
    if (kept.length === 0 && server.waiting.length === 0) this.#servers.delete(key)
  }

  #tell(key: string, session: SessionIncident, isSettled: boolean, emit: Emit): void {
    const incident = nextRevision(session, isSettled)
    this.#changed.add(SESSION_KEY_PREFIX + key)
    if (incident === undefined) return
    const { tenant_id, incident_id } = incident
    const outputKey = keyOf(tenant_id, incident_id)
    emit({ topic: 'incidents.v1', schema: 'incidents.v1', key: outputKey, value: incident })
    if (!isSettled) this.#linkServers(session, currentIncidentId(session))
  }

  /**
   * An address's own incident that turns out to be this session's stays, and both name each other.
   */
  #linkServers(session: SessionIncident, incidentId: string): void {
    for (const alertId of Object.keys(session.attributions)) {
      const alert = session.alerts.find((known) => known.alert_id === alertId)
      if (alert === undefined) continue
      const key = keyOf(session.tenant_id, alert.session_id)
      const own = this.#sessions.get(key)
      if (own?.emitted == null || !own.alerts.some((known) => known.alert_id === alertId)) continue
      const other = currentIncidentId(own)
      if (own.related_incident_ids.includes(incidentId)) continue
      own.related_incident_ids.push(incidentId)
      session.related_incident_ids.push(other)
      this.#unsettled.add(key)
      this.#changed.add(SESSION_KEY_PREFIX + key)
    }
  }

  #server(key: string): ServerState {
    const server = this.#servers.get(key) ?? { intervals: [], waiting: [] }
    this.#servers.set(key, server)
    this.#changed.add(SERVER_KEY_PREFIX + key)
    return server
  }

  /**
   * Once an hour of event time: drops sessions that opened nothing or whose incident is long over.
   */
  #forget(watermarkUs: number): void {
    if (watermarkUs < this.#forgottenUntilUs) return
    this.#forgottenUntilUs = watermarkUs + 3_600_000_000
    const isOver = this.#sessions.size > this.#options.sessionsMaxCount
    for (const [key, session] of this.#sessions) {
      const ageUs = watermarkUs - (session.alerts.at(-1)?.occurred_at ?? 0)
      const ageMaxUs =
        session.emitted === null || (isOver && session.settled)
          ? QUIET_SESSION_AGE_MAX_US
          : INCIDENT_AGE_MAX_US
      if (ageUs <= ageMaxUs) continue
      this.#sessions.delete(key)
      this.#unsettled.delete(key)
      this.#changed.add(SESSION_KEY_PREFIX + key)
    }
  }
}
