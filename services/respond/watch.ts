import { keyOf } from '#domain/lane.ts'
import type { Activity, Enforcement } from '#domain/records/index.ts'
import type { CaseState } from './case-state.ts'
import type { Permissions } from './permissions.ts'

/** Scopes of which a record that leaves calls out may tell nothing but that there were more. */
const LEFT_OUT_SCOPES = new Set<Enforcement['scope_kind']>(['tool', 'definition_hash', 'token'])
const LEFT_OUT = 'left-out'
const ENFORCEMENT = 'enforcement'

/**
 * Which cases an activity record may tell something of, by what their restrictions are about: there
 * may be thousands of cases, and activity is told of every session each second. What a case holds
 * outlives it, and is watched after it, too.
 */
export class Watch {
  readonly #casesByPlace = new Map<string, Set<string>>()
  readonly #placesByCase = new Map<string, readonly string[]>()

  /** Takes in what a case restricts now; undefined: it is gone. */
  note(caseKey: string, state: CaseState | undefined): void {
    const places = state === undefined ? [] : placesOf(state)
    const known = this.#placesByCase.get(caseKey) ?? []
    if (known.length === places.length && known.every((place, index) => place === places[index]))
      return
    for (const place of known) this.#leave(place, caseKey)
    for (const place of places) {
      const cases = this.#casesByPlace.get(place) ?? new Set()
      this.#casesByPlace.set(place, cases.add(caseKey))
    }
    if (places.length === 0) this.#placesByCase.delete(caseKey)
    else this.#placesByCase.set(caseKey, places)
  }

  /** Keys of the cases that a record may concern, in order. */
  concerned(activity: Activity, permissions: Permissions): string[] {
    const found = new Set<string>()
    for (const [kind, value] of namedBy(activity, permissions))
      for (const key of this.#casesByPlace.get(keyOf(activity.tenant_id, kind, value)) ?? [])
        found.add(key)
    return [...found].sort()
  }

  #leave(place: string, caseKey: string): void {
    const cases = this.#casesByPlace.get(place)
    cases?.delete(caseKey)
    if (cases?.size === 0) this.#casesByPlace.delete(place)
  }
}

function placesOf({ facts, enforcements }: CaseState): string[] {
  const place = (kind: string, value: string): string => keyOf(facts.tenant_id, kind, value)
  const held = Object.values(enforcements).filter(({ restriction }) => restriction !== 'none')
  return held.flatMap(({ enforcement_id, scope_kind: kind, scope_value: value }) => [
    place(ENFORCEMENT, enforcement_id),
    place(kind, kind === 'content_hash' ? value.toLowerCase() : value),
    ...(LEFT_OUT_SCOPES.has(kind) ? [place(LEFT_OUT, '')] : []),
  ])
}

function* namedBy(activity: Activity, permissions: Permissions): Generator<[string, string]> {
  const { agent_id: agentId, server_id: serverId } = activity
  for (const id of activity.enforcement_ids) yield [ENFORCEMENT, id]
  yield ['session', activity.session_id]
  yield ['server', serverId]
  if (agentId !== null) yield ['agent', agentId]
  const declared = permissions.agents[agentId ?? '']?.role
  if (declared !== undefined) yield ['role', declared]
  for (const role of activity.roles) yield ['role', role]
  for (const hash of activity.content_hashes) yield ['content_hash', hash]
  for (const call of activity.permitted) {
    if (call.tool_name !== null) yield ['tool', `${serverId}/${call.tool_name}`]
    if (call.tool_definition_hash !== null) yield ['definition_hash', call.tool_definition_hash]
    if (call.token_id !== null) yield ['token', call.token_id]
  }
  if (activity.permitted_dropped > 0) yield [LEFT_OUT, '']
}
