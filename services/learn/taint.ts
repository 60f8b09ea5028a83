import { keyOf } from '#domain/lane.ts'
import type { Case, Incident } from '#domain/records/index.ts'

/** An incident as far as it keeps its sessions out of what is normal. */
type Suspicion = { openedUs: number; clearedUs: number | null; sessionKeys: string[] }

/**
 * Which sessions are under attack at a time: those of an incident that had opened by then, unless
 * its case was closed as a false positive by then. All of it is event time, so the order in which
 * records come does not matter.
 */
export class Taint {
  readonly #suspicions = new Map<string, Suspicion>()
  readonly #incidentsBySession = new Map<string, Set<string>>()

  /** Takes an incident in; false where it says nothing new. */
  open({ tenant_id: tenantId, incident_id: id, opened_at, session_ids }: Incident): boolean {
    const key = keyOf(tenantId, id)
    const known = this.#suspicions.get(key)
    const openedUs = Math.min(known?.openedUs ?? Infinity, opened_at)
    const named = new Set(known?.sessionKeys)
    const fresh = session_ids.map((session) => keyOf(tenantId, session))
    const sessionKeys = [...new Set([...named, ...fresh])]
    if (known?.openedUs === openedUs && named.size === sessionKeys.length) return false
    this.#set(key, { openedUs, clearedUs: known?.clearedUs ?? null, sessionKeys })
    return true
  }

  /** Takes a case in; false where it says nothing new. */
  judge({ tenant_id, incident_id, status, closed_at, detected_at, session_ids }: Case): boolean {
    const key = keyOf(tenant_id, incident_id)
    const known = this.#suspicions.get(key)
    const clearedUs = status === 'false_positive' ? closed_at : null
    if (clearedUs === (known?.clearedUs ?? null)) return false
    const sessionKeys = known?.sessionKeys ?? session_ids.map((id) => keyOf(tenant_id, id))
    this.#set(key, { openedUs: known?.openedUs ?? detected_at, clearedUs, sessionKeys })
    return true
  }

  /** Whether a session is under attack as of `limitUs`. */
  isTainted(tenantId: string, sessionId: string, limitUs: number): boolean {
    for (const key of this.#incidentsBySession.get(keyOf(tenantId, sessionId)) ?? []) {
      const { openedUs = Infinity, clearedUs = null } = this.#suspicions.get(key) ?? {}
      if (openedUs <= limitUs && (clearedUs === null || clearedUs > limitUs)) return true
    }
    return false
  }

  /** Forgets incidents that opened before a time. */
  forgetBefore(timeUs: number): void {
    for (const [key, { openedUs, sessionKeys }] of this.#suspicions) {
      if (openedUs >= timeUs) continue
      this.#suspicions.delete(key)
      for (const session of sessionKeys) {
        const keys = this.#incidentsBySession.get(session)
        keys?.delete(key)
        if (keys?.size === 0) this.#incidentsBySession.delete(session)
      }
    }
  }

  /** As JSON that nobody changes later. */
  pack(): [string, Suspicion][] {
    return [...this.#suspicions]
  }

  restore(packed: readonly [string, Suspicion][]): void {
    for (const [key, suspicion] of packed) this.#set(key, suspicion)
  }

  #set(key: string, suspicion: Suspicion): void {
    this.#suspicions.set(key, suspicion)
    for (const session of suspicion.sessionKeys) {
      const keys = this.#incidentsBySession.get(session) ?? new Set()
      this.#incidentsBySession.set(session, keys.add(key))
    }
  }
}
