import type { Scene } from '../domains/domain.ts'
import type { Stage } from '../domains/stage.ts'

/**
 * How a user hands work over, or does not. `benign`: what is done was asked for. `elsewhere`: one
 * source is delegated and another carries the injection, in a free text. `undelegated`: the free
 * text carries what a third party asks, and the user only wanted it read.
 */
export type Scenario = {
  name: string
  kind: 'benign' | 'elsewhere' | 'undelegated'
  play: (stage: Stage, scene: Scene) => void
}

/** What one half of the sets is made of: nothing in it stands in the other half. */
export type Half = {
  scenarios: readonly Scenario[]
  /** Instruction-like texts that nobody follows. */
  noise: readonly string[]
  /** Last words of a session. */
  closings: readonly string[]
  /** Last words where an injection was seen and set aside. */
  refusals: readonly string[]
}
