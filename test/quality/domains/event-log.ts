import type { EventLine, PackEvent } from '../pack-writer.ts'
import type { Profile, Tool } from './domain.ts'
import type { Seeded } from './seeded.ts'

/** A session's events, in order, and the labels of some of them. */
export type Session = { events: PackEvent[]; labels: EventLine[] }
/** Where and when a session takes place. */
export type Seat = { sessionId: string; pack: string; startedAtMs: number }

const CALL_ID_STYLES: readonly ((random: Seeded) => string)[] = [
  (random) => `call_${random.alphanumeric(24)}`,
  (random) => `toolu_01${random.alphanumeric(22)}`,
  (random) =>
    `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`,
  (random) => `fc-${random.digits(9)}`,
]

/** Writes down a session: identifiers, times, and the events that restate its calls. */
export class EventLog {
  readonly #random: Seeded
  readonly #base: Record<string, unknown>
  readonly #seat: Seat
  readonly #model: string
  readonly #newCallId: (random: Seeded) => string
  readonly #givesPrincipals: boolean
  readonly #givesHints: boolean
  readonly #events: PackEvent[] = []
  readonly #labels: EventLine[] = []
  readonly #mainServer: string
  readonly #calledAtUs = new Map<string, number>()
  #nowUs: number
  #turnCount = 0

  constructor(seat: Seat, profile: Profile, random: Seeded) {
    this.#random = random
    this.#seat = seat
    this.#model = random.pick(profile.models)
    this.#newCallId = random.pick(CALL_ID_STYLES)
    this.#givesPrincipals = random.chance(0.4)
    this.#givesHints = random.chance(0.4)
    this.#nowUs = seat.startedAtMs * 1_000 + random.int(0, 999_999)
    this.#mainServer = Object.values(profile.tools)[0]?.server ?? profile.name
    this.#base = {
      tenant_id: 'invented',
      agent_id: random.pick(profile.agents),
      agent_version: this.#model,
      user_id: `${profile.name}-${random.int(1, 24)}`,
    }
    this.#add('application', 'session_start', { server_id: this.#mainServer })
  }

  turn(content: string): void {
    if (this.#turnCount > 0) this.#pass(15_000, 240_000)
    this.#turnCount += 1
    this.#pass(20, 120)
    this.#add('application', 'user_request', { server_id: this.#mainServer, content })
  }

  think(): void {
    this.#pass(600, 7_500)
  }

  callId(): string {
    return this.#newCallId(this.#random)
  }

  /** What a model says beside a call; often nothing. */
  aside(): string {
    return this.#random.pick([
      '',
      '',
      'Let me look that up.',
      'One moment.',
      'Next step.',
      'Working on it.',
    ])
  }

  completion(outputText: string, proposed: readonly unknown[] = []): void {
    if (proposed.length === 0) this.#pass(900, 6_000)
    this.#add('model', 'completion', {
      server_id: this.#mainServer,
      model: this.#model,
      ...(outputText === '' ? {} : { output_text: outputText }),
      ...(proposed.length > 0 ? { proposed_tool_calls: JSON.stringify(proposed) } : {}),
      finish_reason: proposed.length > 0 ? 'tool_calls' : 'stop',
    })
  }

  toolCall(callId: string, toolName: string, tool: Tool, args: unknown): string {
    this.#calledAtUs.set(callId, this.#nowUs)
    return this.#add('application', 'tool_call', {
      server_id: tool.server,
      call_id: callId,
      tool_name: toolName,
      arguments: JSON.stringify(args),
      ...(this.#givesHints ? { tool_annotations: hintsOf(tool) } : {}),
    })
  }

  /** The data and network events that restate a call; they are no captures. */
  derived(
    callId: string,
    tool: Tool,
    action: string | undefined,
    content: string,
    rows: number,
  ): void {
    const bytes = Buffer.byteLength(content)
    const fields = { server_id: tool.server, call_id: callId }
    if (tool.object !== undefined && action !== undefined) {
      this.#add('data', action, {
        ...fields,
        db_system: 'derived',
        db_user: tool.server,
        object_names: [tool.object],
        rows,
        bytes,
      })
    }
    if (tool.host === undefined) return
    this.#add('network', tool.effect === 'send' ? 'http' : 'flow', {
      ...fields,
      source_host: tool.server,
      destination_host: tool.host,
      destination_port: 443,
      transport: 'tcp',
      bytes_out: this.#random.int(180, 2_400),
      bytes_in: bytes + 210,
      ...(tool.effect === 'send' ? { http_method: 'POST' } : {}),
    })
  }

  toolResult(
    callId: string,
    toolName: string,
    tool: Tool,
    content: string,
    { error, principal }: { error?: string; principal?: string },
  ): string {
    this.#pass(25, 900)
    const durationMs = Math.round((this.#nowUs - (this.#calledAtUs.get(callId) ?? 0)) / 1_000)
    return this.#add('application', 'tool_result', {
      server_id: tool.server,
      call_id: callId,
      tool_name: toolName,
      is_error: error !== undefined,
      ...(error === undefined ? {} : { error }),
      content: error === undefined ? content : '',
      content_bytes: error === undefined ? Buffer.byteLength(content) : 0,
      duration_ms: durationMs,
      ...(this.#givesPrincipals && principal !== undefined ? { source_principal: principal } : {}),
    })
  }

  label(eventId: string, label: EventLine['label']): void {
    this.#labels.push({ event_id: eventId, session_id: this.#seat.sessionId, label })
  }

  finished(): Session {
    this.#add('application', 'session_end', { server_id: this.#mainServer })
    return { events: this.#events, labels: this.#labels }
  }

  #pass(leastMs: number, mostMs: number): void {
    const share = this.#random.next() ** 2
    this.#nowUs += Math.round((leastMs + share * (mostMs - leastMs)) * 1_000)
  }

  #add(layer: string, action: string, fields: Record<string, unknown>): string {
    const number = String(this.#events.length).padStart(3, '0')
    const eventId = `${this.#seat.sessionId}-${number}`
    const source = layer === 'data' || layer === 'network' ? `derived-${layer}` : layer
    this.#events.push({
      layer,
      event_id: eventId,
      occurred_at: timestamp(this.#nowUs),
      collector_id: `${this.#seat.pack}-${source}`,
      session_id: this.#seat.sessionId,
      ...this.#base,
      action,
      ...fields,
    })
    return eventId
  }
}

function timestamp(microseconds: number): string {
  const iso = new Date(Math.floor(microseconds / 1_000)).toISOString().slice(0, -1)
  return `${iso}${String(microseconds % 1_000).padStart(3, '0')}Z`
}

function hintsOf({ effect }: Tool): Record<string, string> {
  return {
    readOnlyHint: String(effect === 'read'),
    destructiveHint: String(effect === 'delete'),
    openWorldHint: String(effect === 'send'),
  }
}
