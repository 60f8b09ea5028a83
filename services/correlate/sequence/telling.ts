import { Claims } from './claims.ts'
import type { Entry } from './entry.ts'
import type { Finding, Firing } from './firing.ts'
import type { SequenceCount, SequenceLimits } from './limits.ts'
import type { Plan } from './plan.ts'

/** Which group of which correlation. */
export type GroupName = { plan: Plan; tenantId: string; values: readonly string[] }

/** Whom a group tells. */
export type GroupSink = {
  onFiring: (firing: Firing) => void
  /** An entry with which the condition holds, for the correlations above; may come twice. */
  onHit: (group: GroupName, entry: Entry, firingId: string) => void
  count: (what: SequenceCount, plan: Plan) => void
}

/** What a group tells, once each: firings to the world, every hit to the correlations above. */
export class Telling {
  readonly claims: Claims
  /** Matches that limits have cost. */
  droppedCount = 0
  readonly #name: GroupName
  readonly #limits: SequenceLimits
  readonly #sink: GroupSink

  constructor(name: GroupName, limits: SequenceLimits, sink: GroupSink) {
    const { plan, tenantId, values } = name
    this.claims = new Claims(plan.spanUs, [tenantId, plan.id, plan.version, ...values])
    this.#name = name
    this.#limits = limits
    this.#sink = sink
  }

  /** The condition holds with the entry, whatever else may still come. */
  claim(entry: Entry, find: () => Finding): void {
    this.#hit(entry)
    const { resolved, isClaimed } = this.#name.plan
    if (!resolved.alerts || !isClaimed) return
    this.#fire(entry, this.claims.claim(entry.atUs, find), false)
  }

  /** The condition holds with the entry, and everything it depends on is known. */
  settle(entry: Entry, find: () => Finding): void {
    this.#hit(entry)
    if (!this.#name.plan.resolved.alerts) return
    this.#fire(entry, this.claims.settle(entry.atUs, find), true)
  }

  #hit(entry: Entry): void {
    const { claims } = this
    const { plan } = this.#name
    if (claims.count > this.#limits.claimsPerGroupMaxCount) {
      claims.forgetOldest()
      this.#sink.count('claims_dropped', plan)
    }
    if (plan.above.length === 0) return
    this.#sink.onHit(this.#name, entry, claims.idOf(entry.atUs))
  }

  #fire(entry: Entry, finding: Finding | undefined, isSettled: boolean): void {
    if (finding === undefined) return
    const { plan, tenantId, values } = this.#name
    const names = plan.resolved.correlation.groupBy
    this.#sink.onFiring({
      firingId: this.claims.idOf(entry.atUs),
      correlationId: plan.id,
      tenantId,
      groupBy: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])),
      ...finding,
      isSettled,
      droppedCount: this.droppedCount,
    })
  }
}
