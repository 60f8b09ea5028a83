import {
  concerning,
  decide,
  decideAway,
  type Asked,
  type Decision,
  type Subject,
} from './decide.ts'
import { isInForce, RestrictionSet, type Restriction } from './restrictions.ts'

export type PointPolicy = {
  tenantId: string
  /** Servers whose calls are refused while the log of restrictions is away; `*`: all. */
  failsClosed: ReadonlySet<string>
  /** Tools, as `server/tool`, that an operator says only read. */
  readingTools: ReadonlySet<string>
}

/** Where restrictions are obeyed: what is restricted now, and whether anybody would tell us. */
export class EnforcementPoint {
  readonly #policy: PointPolicy
  readonly #restrictions = new RestrictionSet()
  #activeCount = 0
  /** Nobody has told us for a while whether anything is restricted. */
  isAway = false

  constructor(policy: PointPolicy) {
    this.#policy = policy
  }

  /** Takes a restriction in; false where it is another tenant's or not newer than what is known. */
  apply(restriction: Restriction): boolean {
    if (restriction.tenant_id !== this.#policy.tenantId) return false
    const isNew = this.#restrictions.apply(restriction)
    this.#activeCount = this.#restrictions.size
    return isNew
  }

  all(): Restriction[] {
    return this.#restrictions.all()
  }

  /** Whether every message of a server may pass without being looked at first. */
  isIdle(serverId: string): boolean {
    return this.#activeCount === 0 && !this.#isClosedFor(serverId)
  }

  /** Whether what servers answer must be looked at before it passes. */
  readsResults(serverId: string, nowUs: number): boolean {
    return !this.isIdle(serverId) && this.#restrictions.onContent(nowUs).length > 0
  }

  decide(subject: Subject, asked: Asked, nowUs: number): Decision {
    if (this.#isClosedFor(subject.serverId)) {
      const away = decideAway(asked)
      if (away.verdict !== 'pass') return away
    }
    return decide(this.#restrictions, subject, asked, nowUs)
  }

  /** What of a result's content is quarantined for whoever asked for it. */
  contentRestrictions(subject: Subject, asked: Asked, nowUs: number): Restriction[] {
    const scoped = new Set(concerning(this.#restrictions, subject, asked, nowUs))
    return this.#restrictions
      .onContent(nowUs)
      .filter((one) => one.scope_kind === 'content_hash' || scoped.has(one))
  }

  /** Whether a tool only reads, as its server's annotation or the operator says. */
  isReading(
    serverId: string,
    toolName: string,
    annotations: Readonly<Record<string, string>> | undefined,
  ): boolean {
    if (this.#policy.readingTools.has(`${serverId}/${toolName}`)) return true
    return annotations?.['readOnlyHint'] === 'true' && annotations['destructiveHint'] !== 'true'
  }

  /** Those in force now. */
  inForce(nowUs: number): Restriction[] {
    return this.#restrictions.all().filter((one) => isInForce(one, nowUs))
  }

  #isClosedFor(serverId: string): boolean {
    if (!this.isAway) return false
    return this.#policy.failsClosed.has(serverId) || this.#policy.failsClosed.has('*')
  }
}
