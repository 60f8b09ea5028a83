import type { Action } from '#domain/records/index.ts'
import type { ActionShape, Proof } from './action-shape.ts'

export type { Proof } from './action-shape.ts'

/** What was done, and what of it the action is to be known by from now on. */
type Done = string | { detail: string; parameters: Record<string, string> }

/**
 * One way to act outside Tocsin: the receiver knows an action again by its id. `prove` resolves to
 * undefined where the other side will say so by itself, later. All but `plan` may throw an
 * ActionFailure.
 */
export type Adapter = ActionShape<Action, AbortSignal, Promise<Done>, Promise<Proof | undefined>>

/** It did not work. The message is for an operator and holds nothing that the other side sent. */
export class ActionFailure extends Error {
  /** Whether trying again may help. */
  readonly isPassing: boolean
  readonly retryAfterMs: number | undefined
  /** What the action is to be known by all the same. */
  parameters: Record<string, string> = {}

  constructor(message: string, isPassing: boolean, retryAfterMs?: number) {
    super(message)
    this.name = 'ActionFailure'
    this.isPassing = isPassing
    this.retryAfterMs = retryAfterMs
  }
}
