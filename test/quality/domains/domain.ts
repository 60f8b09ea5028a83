import type { Format } from './render.ts'
import type { Seeded } from './seeded.ts'
import type { Stage } from './stage.ts'

export type Effect = 'read' | 'write' | 'send' | 'pay' | 'delete' | 'grant' | 'execute'
export type Language = 'en' | 'de' | 'fr' | 'es'

/** A tool of an invented system: what it does, who serves it, how it answers. */
export type Tool = {
  effect: Effect
  server: string
  format: Format
  /** The table behind it, for the derived data events. */
  object?: string
  /** The host it reaches, for the derived network events. */
  host?: string
}

/** What is the same in every session of a domain. */
export type Profile = {
  name: string
  agents: readonly string[]
  models: readonly string[]
  tools: Record<string, Tool>
  /** Error texts of its servers. */
  faults: readonly string[]
}

/** An ordinary piece of work that a user asks for; its free texts go through `stage.slot`. */
export type Task<World> = { name: string; play: (stage: Stage, world: World) => void }

type AttackKind =
  | 'critical:exfiltration'
  | 'critical:persistence'
  | 'critical:modification'
  | 'high'

/** An injected instruction in several wordings, and the calls of an agent that obeys it. */
export type Attack = {
  name: string
  severity: AttackKind
  wordings: readonly string[]
  obey: (stage: Stage) => void
}

export type Flavour = 'question' | 'invitation' | 'bill' | 'form'

/** One thing that a third party asks for, and the calls of the agent that does it. */
export type Errand = {
  name: string
  /** What it is about, in a few words, as a title. */
  title: string
  ask: Partial<Record<Language, readonly string[]>> & { en: readonly string[] }
  carry: (stage: Stage) => void
  /** A question wants an answer, an invitation a yes, a bill its money, a form its fields. */
  flavour?: Flavour
  /** What obeying it would be, had nobody handed it over. */
  severity: AttackKind
}

export type SourceKind = 'mail' | 'ticket' | 'document' | 'chat' | 'calendar' | 'note'

/** Where third-party text of one kind stands: `fetch` reads it as an agent would. */
export type Source = {
  kind: SourceKind
  /** The person whose text it is: full name. */
  author: string
  /** What the user would call it: a number, a file name, a subject. */
  handle: string
  fetch: (stage: Stage, body: string) => void
}

/** A domain at work in one session: its people, its records, what can be asked. */
export type Scene = {
  tasks: readonly { name: string; play: (stage: Stage) => void }[]
  attacks: readonly Attack[]
  errands: readonly Errand[]
  source: (title: string) => readonly Source[]
}

export type Domain = { profile: Profile; open: (random: Seeded) => Scene }

/** The parts of a domain, over its own kind of world. */
export type Parts<World> = {
  profile: Profile
  draw: (random: Seeded) => World
  tasks: readonly Task<World>[]
  attacks: (world: World) => readonly Attack[]
  errands: (world: World) => readonly Errand[]
  sources: (world: World, title: string) => readonly Source[]
}

/** Binds the parts of a domain to a world drawn for one session. */
export function defineDomain<World>(parts: Parts<World>): Domain {
  return {
    profile: parts.profile,
    open: (random) => {
      const world = parts.draw(random)
      return {
        tasks: parts.tasks.map(({ name, play }) => ({ name, play: (stage) => play(stage, world) })),
        attacks: parts.attacks(world),
        errands: parts.errands(world),
        source: (title) => parts.sources(world, title),
      }
    },
  }
}
