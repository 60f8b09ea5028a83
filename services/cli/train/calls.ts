import type { ApplicationEvent } from '#domain/records/index.ts'
import { rowOf } from '../../detect/model/followed.ts'
import { APPLICATION_OBSERVER } from '../../observe/application.ts'
import type { ApplicationFacts } from '../../observe/application-state.ts'
import { hiding } from '../../observe/hashing.ts'
import type { Labels, SessionLabel } from '../quality/labels.ts'

/** One tool call of a labelled session as the model sees it. */
export type LabelledCall = {
  session: SessionLabel
  eventId: string
  row: Float32Array
  /** Whether it is one of the attacker's. */
  followed: boolean
  /** Whether the user had handed the decision to some text. */
  delegated: boolean
}

/** Keyed hashes need a key; rows do not depend on which, but for chance meetings of hashes. */
const HIDE = hiding('train')
const SURROUNDINGS = { hide: HIDE, scope: {} }

/** Watches the application events of labelled sessions and keeps their contested calls. */
export class CallCollector {
  readonly calls: LabelledCall[] = []
  readonly #sessions: ReadonlyMap<string, SessionLabel>
  readonly #attackerEvents: ReadonlySet<string>
  readonly #facts = new Map<string, ApplicationFacts>()

  constructor(labels: Labels) {
    this.#sessions = new Map(labels.sessions.map((session) => [session.session_id, session]))
    this.#attackerEvents = new Set(
      labels.events
        .filter(({ label }) => label === 'attacker_action')
        .map(({ event_id }) => event_id),
    )
  }

  /** Takes the next event of a session, each session's in their order. */
  add(event: ApplicationEvent): void {
    const session = this.#sessions.get(event.session_id)
    if (session === undefined) return
    const facts = this.#facts.get(event.session_id) ?? APPLICATION_OBSERVER.empty()
    this.#facts.set(event.session_id, facts)
    const { facts: found } = APPLICATION_OBSERVER.observe(facts, event, SURROUNDINGS)
    if (event.action === 'session_end') this.#facts.delete(event.session_id)
    const { features } = found
    if (event.action !== 'tool_call' || features?.['results.read'] === undefined) return
    this.calls.push({
      session,
      eventId: event.event_id,
      row: rowOf({ features }),
      followed: this.#attackerEvents.has(event.event_id),
      delegated: (features['delegated.any'] ?? 0) > 0,
    })
  }
}
