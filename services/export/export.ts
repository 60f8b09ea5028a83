import { Kept } from '#domain/kept.ts'
import { keyOf } from '#domain/lane.ts'
import type { Alert, Case, Disposition, Incident } from '#domain/records/index.ts'
import type { Core, Emit, StageInput, StateChange } from '#domain/stage.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import {
  closedFinding,
  detectionFinding,
  knownFinding,
  type KnownFinding,
} from './detection-finding.ts'
import { incidentFinding } from './incident-finding.ts'
import { ocsfText, type ActivityId, type OcsfEvent } from './ocsf.ts'

/** Alerts remembered for their incidents, their repetitions and their close. */
const ALERTS_MAX_COUNT = 20_000
/** Incidents remembered for what is done about them. */
const INCIDENTS_MAX_COUNT = 5_000
const ALERT_PREFIX = 'a/'
const INCIDENT_PREFIX = 'i/'

/** An incident and its case, whichever came first. */
type KnownIncident = { incident?: Incident; found?: Case; isTold: boolean }

export type ExportOptions = { assignee: string }

/**
 * Says every alert and every incident in OCSF's words, keyed as they are. Cross-topic order means
 * nothing: whatever comes last of an incident, its case and its alerts, all of it is told then.
 */
export function createExportCore(options: ExportOptions): Core {
  return new ExportCore(options)
}

class ExportCore implements Core {
  readonly #assignee: string
  readonly #alerts = new Kept<KnownFinding>(ALERT_PREFIX, ALERTS_MAX_COUNT)
  readonly #incidents = new Kept<KnownIncident>(INCIDENT_PREFIX, INCIDENTS_MAX_COUNT)
  /** By an alert that has not come yet, the incident that lists it. */
  readonly #awaiting = new Map<string, string>()

  constructor({ assignee }: ExportOptions) {
    this.#assignee = assignee
  }

  onRecord(input: StageInput, emit: Emit): 'taken' {
    if (input.schema === 'alerts.v1') this.#onAlert(input.value, emit)
    if (input.schema === 'incidents.v1') this.#onIncident(input.value, emit)
    if (input.schema === 'cases.v1') this.#onCase(input.value, emit)
    if (input.schema === 'dispositions.v1') this.#onDisposition(input.value, emit)
    return 'taken'
  }

  onWatermark(): void {
    // Nothing here waits for a time.
  }

  takeChanges(): StateChange[] {
    return [...this.#alerts.takeChanges(), ...this.#incidents.takeChanges()]
  }

  restore(key: string, body: unknown): void {
    if (key.startsWith(ALERT_PREFIX)) this.#alerts.restore(key, body as KnownFinding)
    else {
      const known = body as KnownIncident
      this.#incidents.restore(key, known)
      const own = key.slice(INCIDENT_PREFIX.length)
      if (known.incident !== undefined) this.#await(own, known.incident)
    }
  }

  #onAlert(alert: Alert, emit: Emit): void {
    const key = keyOf(alert.tenant_id, alert.alert_id)
    const known = this.#alerts.get(key)
    const hitCount = (known?.hitCount ?? 0) + 1
    const activityId: ActivityId = known === undefined && alert.revision <= 1 ? 1 : 2
    this.#alerts.set(key, knownFinding(alert, hitCount))
    emitEvent(emit, detectionFinding(alert, { activityId, hitCount }), alert.session_id)
    const incidentKey = this.#awaiting.get(key)
    if (incidentKey === undefined || known !== undefined) return
    this.#awaiting.delete(key)
    const joined = this.#incidents.get(incidentKey)
    if (joined !== undefined) this.#tell(incidentKey, joined, emit)
  }

  #onIncident(incident: Incident, emit: Emit): void {
    const key = keyOf(incident.tenant_id, incident.incident_id)
    const known = this.#incidents.get(key)
    if (known?.incident !== undefined && known.incident.revision >= incident.revision) return
    this.#await(key, incident)
    this.#tell(key, { ...known, incident, isTold: known?.isTold ?? false }, emit)
  }

  #onCase(found: Case, emit: Emit): void {
    const key = keyOf(found.tenant_id, found.incident_id)
    const known = this.#incidents.get(key)
    if (known?.found !== undefined && known.found.revision >= found.revision) return
    this.#tell(key, { ...known, found, isTold: known?.isTold ?? false }, emit)
  }

  #onDisposition(disposition: Disposition, emit: Emit): void {
    const known = this.#alerts.get(keyOf(disposition.tenant_id, disposition.alert_id))
    if (known !== undefined) emitEvent(emit, closedFinding(known, disposition), known.sessionId)
  }

  /** Tells what is known now; a case whose incident has not come yet is kept for it. */
  #tell(key: string, known: KnownIncident, emit: Emit): void {
    const { incident, found } = known
    this.#incidents.set(key, { ...known, isTold: known.isTold || incident !== undefined })
    if (incident === undefined) return
    const findings = incident.alert_ids.map(
      (uid) => this.#alerts.get(keyOf(incident.tenant_id, uid))?.info ?? { uid },
    )
    const isFirst = !known.isTold
    const event = incidentFinding({ incident, found, findings, isFirst, assignee: this.#assignee })
    emitEvent(emit, event, incident.incident_id)
  }

  #await(key: string, incident: Incident): void {
    for (const alertId of incident.alert_ids) {
      const alertKey = keyOf(incident.tenant_id, alertId)
      if (this.#alerts.get(alertKey) === undefined) this.#awaiting.set(alertKey, key)
    }
    for (const oldest of this.#awaiting.keys()) {
      if (this.#awaiting.size <= ALERTS_MAX_COUNT) return
      this.#awaiting.delete(oldest)
    }
  }
}

function emitEvent(emit: Emit, event: OcsfEvent, scope: string): void {
  const key = keyOf(event.metadata.tenant_uid, scope)
  emit({ topic: OCSF_TOPIC, schema: 'json', key, value: ocsfText(event) })
}
