import { keyOf } from '#domain/lane.ts'
import type { Activity, Alert, Case, Incident } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { Addresses, isAddress, type Offer } from './addresses.ts'
import { knownAlert, type KnownAlert } from './known-alert.ts'
import { createSequenceEngine, type SequenceEngine } from './sequence/engine.ts'
import { firingAlertFields } from './sequence/firing-alert.ts'
import type { Firing } from './sequence/firing.ts'
import { SeriesWatch } from './series/series-watch.ts'
import { isSpikeRule } from './series/spikes.ts'
import {
  addAlert,
  currentIncidentId,
  newSessionIncident,
  nextRevision,
  noteAttribution,
  noteCase,
  noteTold,
  removeAlert,
  type Attribution,
  type SessionIncident,
} from './session-incident.ts'

export type CorrelateOptions = {
  horizonUs: number
  sessionsMaxCount: number
  /** Correlations to run over matches, and the version of the pack they are of. */
  sequences: readonly ResolvedCorrelation[]
  packVersion: string
}

const SESSION_KEY_PREFIX = 's/'
/** A session whose alerts opened nothing is forgotten a day after the last of them. */
const QUIET_SESSION_AGE_MAX_US = 86_400 * 1_000_000
const INCIDENT_AGE_MAX_US = 14 * QUIET_SESSION_AGE_MAX_US

/**
 * Joins alerts into incidents (time.md, What may be decided when). A session's alert counts at
 * once; an alert of a server's address joins the incidents of the sessions active there, and opens
 * one only when the watermark has passed it by the horizon and no such incident is known: that of
 * the one session it can be of, else its own.
 */
export function createCorrelateCore(options: CorrelateOptions): Core {
  return new CorrelateCore(options)
}

class CorrelateCore implements Core {
  readonly #options: CorrelateOptions
  readonly #sessions = new Map<string, SessionIncident>()
  readonly #addresses: Addresses
  readonly #unsettled = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #sequences: SequenceEngine
  readonly #series: SeriesWatch
  readonly #correlations: ReadonlyMap<string, Correlation>
  #forgottenUntilUs = -Infinity

  constructor(options: CorrelateOptions) {
    const { sequences, horizonUs, packVersion } = options
    this.#options = options
    this.#addresses = new Addresses(horizonUs)
    this.#series = new SeriesWatch(packVersion)
    this.#sequences = createSequenceEngine(sequences, {
      horizonUs,
      claimsAcrossSessions: false,
    })
    this.#correlations = new Map(sequences.map(({ correlation }) => [correlation.id, correlation]))
  }

  onRecord(input: StageInput, emit: Emit): 'taken' {
    if (input.schema === 'alerts.v1' && !isOwn(input.value)) this.#onAlert(input.value, emit)
    if (input.schema === 'matches.v1' && input.value.reason === 'counted') {
      for (const firing of this.#sequences.onMatch(input.value)) this.#onFiring(firing, emit)
    }
    if (input.schema === 'activity.v1') this.#onActivity(input.value, emit)
    if (input.schema === 'cases.v1') this.#onCase(input.value)
    if (input.schema === 'incidents.v1') this.#onOwnIncident(input.value)
    return 'taken'
  }

  onWatermark(watermarkUs: number, emit: Emit): void {
    const { horizonUs } = this.#options
    for (const firing of this.#sequences.onWatermark(watermarkUs)) this.#onFiring(firing, emit)
    for (const alert of this.#series.onWatermark(watermarkUs)) this.#onFound(alert, emit)
    for (const offer of this.#addresses.onWatermark(watermarkUs)) this.#decide(offer, emit)
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
    const others = [this.#addresses, this.#sequences, this.#series]
    return [...changes, ...others.flatMap((other) => other.takeChanges())]
  }

  restore(key: string, body: unknown): void {
    if (this.#sequences.owns(key)) return this.#sequences.restore(key, body)
    if (this.#series.owns(key)) return this.#series.restore(key, body)
    if (this.#addresses.owns(key)) return this.#addresses.restore(key, body)
    this.#restoreSession(key.slice(SESSION_KEY_PREFIX.length), body as SessionIncident)
  }

  #restoreSession(key: string, session: SessionIncident): void {
    // A state of an earlier version knows of no predecessor.
    this.#sessions.set(key, { ...session, told_before: session.told_before ?? null })
    if (!session.settled) this.#unsettled.add(key)
  }

  #body(key: string): unknown {
    return this.#sessions.get(key.slice(SESSION_KEY_PREFIX.length))
  }

  #onFiring(firing: Firing, emit: Emit): void {
    const correlation = this.#correlations.get(firing.correlationId)
    if (correlation === undefined) return
    this.#onFound(firingAlertFields(correlation, firing, this.#options.packVersion), emit)
  }

  /** What is found here is an alert like any other, told and joined at once. */
  #onFound(alert: Alert, emit: Emit): void {
    const key = keyOf(alert.tenant_id, alert.session_id)
    emit({ topic: 'alerts.v1', schema: 'alerts.v1', key, value: alert })
    this.#onAlert(alert, emit)
  }

  #onAlert(alert: Alert, emit: Emit): void {
    if (isAddress(alert.session_id)) {
      for (const offer of this.#addresses.onAlert(alert)) this.#take(offer, emit)
      return
    }
    this.#join(alert.tenant_id, alert.session_id, knownAlert(alert), emit)
    const offers = this.#addresses.reconsider(alert.tenant_id, alert.server_id)
    for (const offer of offers) this.#take(offer, emit)
  }

  #onActivity(activity: Activity, emit: Emit): void {
    this.#series.onActivity(activity)
    for (const offer of this.#addresses.onActivity(activity)) this.#take(offer, emit)
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

  /** What a predecessor told after its last checkpoint: ours must be newer to be heard. */
  #onOwnIncident(told: Incident): void {
    const [sessionId] = told.session_ids
    if (sessionId === undefined) return
    const key = keyOf(told.tenant_id, sessionId)
    const session = this.#sessions.get(key) ?? newSessionIncident(told.tenant_id, sessionId)
    if (!noteTold(session, told)) return
    this.#sessions.set(key, session)
    this.#changed.add(SESSION_KEY_PREFIX + key)
  }

  #join(
    tenantId: string,
    sessionId: string,
    alert: KnownAlert,
    emit: Emit,
    attribution?: Attribution,
  ): void {
    const key = keyOf(tenantId, sessionId)
    const session = this.#sessions.get(key) ?? newSessionIncident(tenantId, sessionId)
    this.#sessions.set(key, session)
    const isNew = addAlert(session, alert)
    const isAttributed =
      attribution !== undefined && noteAttribution(session, alert.alert_id, attribution)
    if (!isNew && !isAttributed) return
    this.#unsettled.add(key)
    this.#changed.add(SESSION_KEY_PREFIX + key)
    this.#tell(key, session, false, emit)
  }

  /**
   * An address's alert that nobody took is its session's where only one can have made it, so that
   * what two layers saw is one incident; else it opens an incident of the address.
   */
  #decide(offer: Offer, emit: Emit): void {
    if (this.#take(offer, emit) > 0) return
    const { tenantId, alert, basis, sessionIds } = offer
    const [only, ...others] = sessionIds
    if (only === undefined || others.length > 0) this.#join(tenantId, alert.session_id, alert, emit)
    else this.#join(tenantId, only, alert, emit, { basis, confidence: 1 })
  }

  /**
   * Joins an address's alert to the incidents of the sessions it may be of, and says to how many. A
   * trace is as sure as the session's own word, so it opens one too.
   */
  #take({ tenantId, alert, basis, sessionIds, leftSessionIds }: Offer, emit: Emit): number {
    for (const sessionId of leftSessionIds) this.#giveUp(tenantId, sessionId, alert, emit)
    const latestUs = alert.occurred_at + this.#options.horizonUs
    const confidence = 1 / sessionIds.length
    let takenCount = 0
    for (const sessionId of sessionIds) {
      const key = keyOf(tenantId, sessionId)
      const told = this.#sessions.get(key)?.emitted
      const isOpen = told != null && told.opened_at <= latestUs
      if (basis !== 'trace' && !isOpen) continue
      takenCount += 1
      this.#join(tenantId, sessionId, alert, emit, { basis, confidence })
    }
    return takenCount
  }

  #giveUp(tenantId: string, sessionId: string, alert: KnownAlert, emit: Emit): void {
    const key = keyOf(tenantId, sessionId)
    const session = this.#sessions.get(key)
    if (session === undefined || !removeAlert(session, alert.alert_id)) return
    this.#unsettled.add(key)
    this.#tell(key, session, false, emit)
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

  /**
   * Once an hour of event time: drops sessions that opened nothing or whose incident is long over.
   */
  #forget(watermarkUs: number): void {
    if (watermarkUs < this.#forgottenUntilUs) return
    this.#forgottenUntilUs = watermarkUs + 3_600_000_000
    const isOver = this.#sessions.size > this.#options.sessionsMaxCount
    for (const [key, session] of this.#sessions) {
      const lastUs = session.alerts.at(-1)?.occurred_at ?? session.told_before?.updated_at ?? 0
      const ageUs = watermarkUs - lastUs
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

/** Told by this stage, and joined when it was told. */
function isOwn({ kind, rule_id }: Alert): boolean {
  return kind === 'sequence' || isSpikeRule(rule_id)
}
