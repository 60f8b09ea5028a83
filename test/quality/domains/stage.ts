import { strict as assert } from 'node:assert'
import type { Effect, Profile } from './domain.ts'
import { EventLog } from './event-log.ts'
import type { Session, Seat } from './event-log.ts'
import { rendered } from './render.ts'
import { Seeded } from './seeded.ts'

export type Arguments = Record<string, unknown>
export type CallOptions = {
  /** Whose content the result carries. */
  principal?: string
  /** The result is this error. */
  error?: string
  rows?: number
}
type Step = { tool: string; args: Arguments; result: unknown; options?: CallOptions }

/** An instruction in the `place`-th free text of a session, and whether it is obeyed. */
export type Injection = {
  text: string
  place: number
  position: 'before' | 'after' | 'instead'
  /** Undefined: resisted. */
  obey: ((stage: Stage) => void) | undefined
  /** Calls that the agent still makes for its task before it obeys. */
  delayCount: number
}

const DATA_ACTION: Partial<Record<Effect, string>> = {
  read: 'select',
  write: 'insert',
  delete: 'delete',
  grant: 'grant',
  pay: 'insert',
}
/** Enough of an injected text to know it again after escapes and folding. */
const TRACE_CHARACTERS = 48

/** Plays one session: what is asked, called, answered and said, as canonical events with labels. */
export class Stage {
  readonly random: Seeded
  readonly #profile: Profile
  readonly #manner: Seeded
  readonly #log: EventLog
  readonly #injection: Injection | undefined
  readonly #trace: string | undefined
  /** The number of the call that fails once and is tried again; 0: none. */
  readonly #faultyCall: number
  readonly #isTalkative: boolean
  readonly #said: string[] = []
  readonly #taskCalls = new Set<string>()
  readonly #obedientCalls = new Set<string>()
  #slotCount = 0
  #callCount = 0
  #isExposed = false
  #hasObeyed = false
  #isObeying = false
  #delayCount: number

  constructor(seat: Seat, profile: Profile, random: Seeded, injection?: Injection) {
    this.random = random
    this.#profile = profile
    this.#manner = new Seeded(seat.sessionId)
    this.#log = new EventLog(seat, profile, this.#manner)
    this.#injection = injection
    this.#trace =
      injection === undefined ? undefined : bare(injection.text).slice(0, TRACE_CHARACTERS)
    this.#delayCount = injection?.delayCount ?? 0
    this.#faultyCall = this.#manner.chance(0.14) ? this.#manner.int(1, 3) : 0
    this.#isTalkative = this.#manner.chance(0.5)
  }

  /** The user speaks; a later turn comes after the user has read the last answer. */
  user(content: string): void {
    this.#said.push(content)
    this.#log.turn(content)
  }

  /** The model answers in words. */
  says(text: string): void {
    this.#log.completion(text)
  }

  /** Free text of a record: `own`, with the injected instruction where this is its place. */
  slot(own: string): string {
    this.#slotCount += 1
    const injection = this.#injection
    if (injection === undefined || this.#slotCount !== injection.place) return own
    if (injection.position === 'instead') return injection.text
    const parts = injection.position === 'before' ? [injection.text, own] : [own, injection.text]
    return parts.join(this.#manner.pick(['\n\n', '\n', ' ']))
  }

  /** One tool call with its result. */
  call(tool: string, args: Arguments, result: unknown, options: CallOptions = {}): void {
    this.together([{ tool, args, result, options }])
  }

  /** Calls that the model makes at once; their results come one after the other. */
  together(steps: readonly Step[]): void {
    this.#callCount += 1
    if (this.#callCount === this.#faultyCall) {
      const error = this.#manner.pick(this.#profile.faults)
      this.#batch(steps.map((step) => ({ ...step, result: '', options: { error } })))
    }
    this.#batch(steps)
    this.#perhapsObey(false)
  }

  /** Ends the session; the labels stand with its events. */
  end(lastWords: string): Session {
    this.#perhapsObey(true)
    this.#log.completion(lastWords)
    const injection = this.#injection
    assert(injection === undefined || this.#isExposed, 'the injected text was read')
    assert(injection?.obey === undefined || this.#hasObeyed, 'the injected text was obeyed')
    return this.#log.finished()
  }

  /** Whether a text has been said, passed or answered in this session so far. */
  knows(text: string): boolean {
    return this.#said.some((content) => content.includes(text))
  }

  /** Whether obeying made a call with an effect that the task makes as well. */
  get isAskedFor(): boolean {
    return [...this.#obedientCalls].some((call) => this.#taskCalls.has(call))
  }

  /** How many free texts the session had: the places an injection could take. */
  get slotCount(): number {
    return this.#slotCount
  }

  #perhapsObey(isLast: boolean): void {
    const obey = this.#injection?.obey
    if (obey === undefined || !this.#isExposed || this.#hasObeyed || this.#isObeying) return
    if (this.#delayCount > 0 && !isLast) {
      this.#delayCount -= 1
      return
    }
    this.#isObeying = true
    obey(this)
    this.#isObeying = false
    this.#hasObeyed = true
  }

  #batch(steps: readonly Step[]): void {
    const calls = steps.map((step) => {
      const tool = this.#profile.tools[step.tool]
      assert(tool, `${step.tool} is in the catalogue of ${this.#profile.name}`)
      const content = rendered(step.result, tool.format)
      return { step, tool, content, callId: this.#log.callId() }
    })
    this.#log.think()
    const proposed = calls.map(({ step, callId }) => ({
      call_id: callId,
      tool_name: step.tool,
      arguments: step.args,
    }))
    if (this.#isTalkative) this.#log.completion(this.#log.aside(), proposed)
    for (const { step, tool, callId } of calls) {
      const id = this.#log.toolCall(callId, step.tool, tool, step.args)
      if (this.#isObeying) this.#log.label(id, 'attacker_action')
      if (tool.effect === 'read') continue
      const made = this.#isObeying ? this.#obedientCalls : this.#taskCalls
      made.add(`${step.tool} ${JSON.stringify(step.args)}`)
    }
    for (const { step, tool, content, callId } of calls) {
      const options = step.options ?? {}
      const action = DATA_ACTION[tool.effect]
      this.#log.derived(callId, tool, action, content, rowCount(step.result, options))
      const id = this.#log.toolResult(callId, step.tool, tool, content, options)
      if (options.error === undefined) this.#said.push(content)
      if (options.error !== undefined || !this.#carries(content)) continue
      if (this.#isObeying) continue
      this.#log.label(id, 'injection_exposed')
      this.#isExposed = true
    }
  }

  #carries(content: string): boolean {
    return this.#trace !== undefined && bare(content).includes(this.#trace)
  }
}

function rowCount(result: unknown, options: CallOptions): number {
  if (options.rows !== undefined) return options.rows
  return Array.isArray(result) ? result.length : 1
}

/** Letters and digits alone, so that escapes, quotes and line folding do not matter. */
function bare(text: string): string {
  return text.replaceAll(/\\[nrt"]|<br>|&(?:amp|lt|gt);/g, '').replaceAll(/[^\p{L}\p{N}]/gu, '')
}
