import { enforcementRefusal } from '#domain/enforcement-text.ts'
import type { Enforcement } from '#domain/records/index.ts'
import type { EnforcementPoint } from '../enforcement/point.ts'
import { restrictionOf } from '../enforcement/restrictions.ts'
import type { Recorder } from './recorder.ts'
import type { TapMemory } from './tap-memory.ts'

export type RestrictionIntakeParts = {
  point: EnforcementPoint
  memory: TapMemory
  recorder: Recorder
  /** Of respond's key; undefined: the name of the writer decides. */
  publicKeyPem: string | undefined
  /** Hears why a record was not taken. */
  onRefused: (reason: string) => void
}

/** Where restrictions come in, from whichever log. */
export class RestrictionIntake {
  readonly #parts: RestrictionIntakeParts
  /** Called when something is newly restricted, or no longer. */
  onChanged: () => void = () => undefined

  constructor(parts: RestrictionIntakeParts) {
    this.#parts = parts
    for (const restriction of parts.memory.restrictions()) parts.point.apply(restriction)
  }

  /** Takes a record in its JSON form, or as it was decoded. */
  take(json: unknown): void {
    const restriction = restrictionOf(json)
    const { onRefused, publicKeyPem, point, memory, recorder } = this.#parts
    if (restriction === undefined) return onRefused('UNREADABLE')
    // Kinds of a later version are texts here and symbols there: the signature is over both alike.
    const refusal = enforcementRefusal(restriction as Enforcement, publicKeyPem)
    if (refusal !== undefined) return onRefused(refusal)
    if (!point.apply(restriction)) return
    recorder.restricted(restriction)
    memory.keepRestriction(restriction)
    this.onChanged()
  }
}
