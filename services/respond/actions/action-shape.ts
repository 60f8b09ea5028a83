import type { Action } from '#domain/records/index.ts'

/** What an attempt at an action came to. `detail` holds no event content. */
export type Proof = { phase: 'proven' | 'unproven' | 'ineffective'; detail: string }

/**
 * The one shape of whatever a playbook can do. `Asked`: the action as it is known here. `World`:
 * what it is done with. `Ending`: what is said of its end. Every call may be repeated.
 */
export type ActionShape<Asked, World, Done, Proven, Ending = undefined> = {
  /** What would be done, for a person who has to say yes. Does nothing. */
  plan(action: Action): string
  /** Does it. */
  apply(asked: Asked, world: World): Done
  /** Whether it has its effect, as far as is known by now. */
  prove(asked: Asked, world: World): Proven
  /** Takes it back. */
  undo(asked: Asked, world: World, ending?: Ending): Done
}
