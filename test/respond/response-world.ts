import { readFileSync } from 'node:fs'

import type { Action, Case, Enforcement } from '#domain/records/index.ts'
import type { Core, StageInput, StageOutput } from '#domain/stage.ts'
import { MINUTE_US } from '#domain/time.ts'
import type { RespondOptions } from '../../services/respond/case-work.ts'
import { readPermissions } from '../../services/respond/permissions.ts'
import { readPlaybook, type Playbook } from '../../services/respond/playbook.ts'
import { createRespondCore } from '../../services/respond/respond.ts'

const HORIZON_US = 10 * MINUTE_US

/** One of the bundled playbooks. */
function bundledPlaybook(severity: string): Playbook {
  const file = new URL(`../../services/respond/playbooks/${severity}.yml`, import.meta.url)
  return readPlaybook(readFileSync(file, 'utf8'))
}

export const someOptions = (differs: Partial<RespondOptions> = {}): RespondOptions => ({
  isLive: true,
  horizonUs: HORIZON_US,
  playbooks: {
    moderate: bundledPlaybook('moderate'),
    high: bundledPlaybook('high'),
    critical: bundledPlaybook('critical'),
  },
  permissions: readPermissions(
    'agents: { assistant: { servers: [mail], tools: [read_inbox], credentials: [mail-key] } }',
  ),
  people: undefined,
  signingKey: undefined,
  ...differs,
})

/** What the log holds for respond, in one order: what others wrote, and what it wrote itself. */
export type Entry = StageInput | { watermarkUs: number }

type Checkpoint = { bodies: Map<string, string>; position: number; watermarkUs: number }

/**
 * The log and one respond on it. It may be killed at any moment: what it wrote stays, what it knew
 * goes back to the last checkpoint, and it reads on from there.
 */
export class ResponseWorld {
  readonly log: Entry[] = []
  readonly outputs: StageOutput[] = []
  readonly #options: RespondOptions
  #core: Core
  #position = 0
  #watermarkUs = -Infinity
  #checkpoint: Checkpoint = { bodies: new Map(), position: 0, watermarkUs: -Infinity }

  constructor(options: RespondOptions = someOptions()) {
    this.#options = options
    this.#core = createRespondCore(options)
  }

  /** Appends to the log and reads to its end. */
  feed(...entries: readonly Entry[]): this {
    this.log.push(...entries)
    while (this.readOne());
    return this
  }

  /** Reads one entry; false at the end. What comes of it is appended: respond reads it too. */
  readOne(): boolean {
    const entry = this.log[this.#position]
    if (entry === undefined) return false
    this.#position += 1
    const emit = (output: StageOutput): void => {
      this.outputs.push(output)
      if (output.schema !== 'json') this.log.push(output)
    }
    if ('watermarkUs' in entry) {
      this.#watermarkUs = Math.max(this.#watermarkUs, entry.watermarkUs)
      this.#core.onWatermark(this.#watermarkUs, emit)
    } else this.#core.onRecord(entry, emit)
    return true
  }

  checkpoint(): void {
    const { bodies } = this.#checkpoint
    for (const { key, body } of this.#core.takeChanges())
      if (body === undefined) bodies.delete(key)
      else bodies.set(key, JSON.stringify(body))
    this.#checkpoint = { bodies, position: this.#position, watermarkUs: this.#watermarkUs }
  }

  kill(): void {
    const { bodies, position, watermarkUs } = this.#checkpoint
    this.#core = createRespondCore(this.#options)
    for (const [key, body] of bodies) this.#core.restore(key, JSON.parse(body))
    this.#position = position
    this.#watermarkUs = watermarkUs
    if (watermarkUs === -Infinity) return
    this.#core.onWatermark(watermarkUs, (output) => {
      this.outputs.push(output)
      if (output.schema !== 'json') this.log.push(output)
    })
  }

  /** The newest of each case, as a reader of the topic has it. */
  cases(): Map<string, Case> {
    return newest(this.outputs, 'cases.v1', (one: Case) => one.incident_id)
  }

  actions(): Map<string, Action> {
    const others = this.log.filter((entry): entry is StageInput => !('watermarkUs' in entry))
    return newest(others, 'actions.v1', (one: Action) => one.action_id)
  }

  enforcements(): Map<string, Enforcement> {
    return newest(this.outputs, 'enforcement.v1', (one: Enforcement) => one.enforcement_id)
  }

  /** `kind restriction scope phase` of each action, sorted. */
  actionLines(): string[] {
    return [...this.actions().values()]
      .map(({ kind, phase, scope, parameters }) => {
        const what = [kind, parameters['restriction'], scope ?? parameters['to'], phase]
        return what.filter((part) => part != null).join(' ')
      })
      .sort()
  }

  /** `scope restriction` of what holds, sorted. */
  restrictions(): string[] {
    return [...this.enforcements().values()]
      .filter(({ restriction }) => restriction !== 'none')
      .map((one) => `${one.scope_kind}:${one.scope_value} ${one.restriction}`)
      .sort()
  }
}

function newest<Value extends { revision: number }>(
  records: readonly (StageInput | StageOutput)[],
  schema: string,
  idOf: (value: Value) => string,
): Map<string, Value> {
  const found = new Map<string, Value>()
  for (const record of records) {
    if (record.schema !== schema) continue
    const value = record.value as unknown as Value
    const known = found.get(idOf(value))
    if (known === undefined || known.revision < value.revision) found.set(idOf(value), value)
  }
  return found
}
