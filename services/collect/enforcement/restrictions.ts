import { SCOPE_KINDS } from '#domain/enforcement-text.ts'
import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { Enforcement } from '#domain/records/index.ts'
import { parseTime } from '#domain/time.ts'

/** A restriction as it was written; kinds that this version does not know stay as they are. */
export type Restriction = Omit<Enforcement, 'scope_kind' | 'restriction'> & {
  scope_kind: string
  restriction: string
}

/** Newest restrictions that are remembered, lifted ones too; the oldest lifted make room. */
const RESTRICTIONS_MAX_COUNT = 20_000
const KNOWN_SCOPE_KINDS: ReadonlySet<string> = new Set(SCOPE_KINDS)
const ABSENT = {
  incident_id: null,
  expires_at: null,
  reason: null,
  written_by: null,
  action_id: null,
  tool_names: [],
  shingles: [],
  signature: null,
}

/** A restriction out of its JSON form; undefined where it names no scope and no restriction. */
export function restrictionOf(json: unknown): Restriction | undefined {
  if (!isObject(json)) return undefined
  const record: JsonObject = { ...ABSENT, ...json, since: timeOf(json['since']) ?? 0 }
  record['expires_at'] = timeOf(json['expires_at']) ?? null
  const names = ['enforcement_id', 'tenant_id', 'scope_kind', 'scope_value', 'restriction']
  if (names.some((name) => typeof record[name] !== 'string')) return undefined
  if (!Number.isSafeInteger(record['revision'])) return undefined
  return record as Restriction
}

/**
 * What is restricted, as far as a tap has heard. Of one restriction only the newest revision
 * counts; one that is lifted stays known, so that an older copy of it cannot come back.
 */
export class RestrictionSet {
  readonly #byId = new Map<string, Restriction>()
  readonly #byScope = new Map<string, Restriction[]>()

  /** How many are not lifted, expired ones too. */
  get size(): number {
    let count = 0
    for (const scope of this.#byScope.values()) count += scope.length
    return count
  }

  /** Takes a restriction in; false where it is not newer than what is known. */
  apply(restriction: Restriction): boolean {
    const known = this.#byId.get(restriction.enforcement_id)
    if (known !== undefined && known.revision >= restriction.revision) return false
    if (known !== undefined) this.#unscope(known)
    this.#byId.delete(restriction.enforcement_id)
    this.#byId.set(restriction.enforcement_id, restriction)
    if (restriction.restriction !== 'none') this.#scope(restriction)
    if (this.#byId.size > RESTRICTIONS_MAX_COUNT) this.#forgetOneLifted()
    return true
  }

  /** Every one that is known, lifted ones too. */
  all(): Restriction[] {
    return [...this.#byId.values()]
  }

  /** Those in force on one scope. */
  on(scopeKind: string, scopeValue: string, nowUs: number): Restriction[] {
    const found = this.#byScope.get(scopeKey(scopeKind, scopeValue))
    return found === undefined ? [] : found.filter((one) => isInForce(one, nowUs))
  }

  /** Those in force whose kind of scope this version does not know. */
  ofUnknownScope(nowUs: number): Restriction[] {
    return (this.#byScope.get('') ?? []).filter((one) => isInForce(one, nowUs))
  }

  /** Those in force that look at what results hold. */
  onContent(nowUs: number): Restriction[] {
    const found: Restriction[] = []
    for (const scope of this.#byScope.values())
      for (const one of scope) if (readsContent(one) && isInForce(one, nowUs)) found.push(one)
    return found
  }

  #scope(restriction: Restriction): void {
    const key = keyOfScope(restriction)
    this.#byScope.set(key, [...(this.#byScope.get(key) ?? []), restriction])
  }

  #unscope(restriction: Restriction): void {
    const key = keyOfScope(restriction)
    const { enforcement_id } = restriction
    const left = (this.#byScope.get(key) ?? []).filter(
      (one) => one.enforcement_id !== enforcement_id,
    )
    if (left.length > 0) this.#byScope.set(key, left)
    else this.#byScope.delete(key)
  }

  #forgetOneLifted(): void {
    for (const [id, { restriction }] of this.#byId)
      if (restriction === 'none') {
        this.#byId.delete(id)
        return
      }
  }
}

/** Whether a restriction holds at a time. */
export function isInForce({ restriction, expires_at }: Restriction, nowUs: number): boolean {
  return restriction !== 'none' && (expires_at === null || nowUs < expires_at)
}

function readsContent({ scope_kind, restriction }: Restriction): boolean {
  return restriction === 'sanitise' || scope_kind === 'content_hash'
}

/** All of a kind nobody here knows stand together. */
function keyOfScope({ scope_kind, scope_value }: Restriction): string {
  return KNOWN_SCOPE_KINDS.has(scope_kind) ? scopeKey(scope_kind, scope_value) : ''
}

function scopeKey(kind: string, value: string): string {
  return `${kind}\0${value}`
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseTime(value) : undefined
}
