import { keyOf } from '#domain/lane.ts'
import type { Activity } from '#domain/records/index.ts'
import type { StateChange } from '#domain/stage.ts'

/** Who was seen in one trace or on one connection: sessions, and servers by their address. */
type Joint = { names: string[]; last_at: number }

const PREFIX = 'j/'
const JOINTS_MAX_COUNT = 200_000
const NAMES_MAX_COUNT = 8

/**
 * What joins records of several layers exactly: the trace they share, or the client's end of their
 * connection. Which names a joint has depends on what was noted, not on its order.
 */
export class Joints {
  readonly #joints = new Map<string, Joint>()
  readonly #changed = new Set<string>()

  /** Takes an activity in; true where it named somebody new. */
  note({ tenant_id, session_id, last_at, trace_ids, connections }: Activity): boolean {
    let isNews = false
    for (const traceId of trace_ids)
      isNews = this.#add(traceKey(tenant_id, traceId), session_id, last_at) || isNews
    for (const connection of connections)
      isNews = this.#add(connectionKey(tenant_id, connection), session_id, last_at) || isNews
    return isNews
  }

  /** The sessions and addresses of a trace, sorted. */
  ofTrace(tenantId: string, traceId: string | null): readonly string[] {
    return traceId === null ? [] : this.#namesOf(traceKey(tenantId, traceId))
  }

  /** The sessions and addresses of a connection, sorted. */
  ofConnection(tenantId: string, connection: string | null): readonly string[] {
    return connection === null ? [] : this.#namesOf(connectionKey(tenantId, connection))
  }

  /** Forgets what nobody has been seen in since. */
  forget(beforeUs: number): void {
    for (const [key, { last_at }] of this.#joints) {
      if (last_at >= beforeUs) continue
      this.#joints.delete(key)
      this.#changed.add(key)
    }
  }

  takeChanges(): StateChange[] {
    const keys = [...this.#changed].sort()
    this.#changed.clear()
    return keys.map((key) => ({ key: PREFIX + key, body: this.#joints.get(key) }))
  }

  owns(key: string): boolean {
    return key.startsWith(PREFIX)
  }

  restore(key: string, body: unknown): void {
    this.#joints.set(key.slice(PREFIX.length), body as Joint)
  }

  #namesOf(key: string): readonly string[] {
    return this.#joints.get(key)?.names ?? []
  }

  #add(key: string, name: string, lastUs: number): boolean {
    const joint = this.#joints.get(key)
    if (joint === undefined) {
      if (this.#joints.size >= JOINTS_MAX_COUNT) return false
      this.#joints.set(key, { names: [name], last_at: lastUs })
      this.#changed.add(key)
      return true
    }
    if (lastUs > joint.last_at) {
      joint.last_at = lastUs
      this.#changed.add(key)
    }
    if (joint.names.includes(name)) return false
    joint.names = [...joint.names, name].sort().slice(0, NAMES_MAX_COUNT)
    this.#changed.add(key)
    return joint.names.includes(name)
  }
}

function traceKey(tenantId: string, traceId: string): string {
  return keyOf(tenantId, 'trace', traceId)
}

function connectionKey(tenantId: string, connection: string): string {
  return keyOf(tenantId, 'connection', connection)
}
