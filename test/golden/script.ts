/** One event of a written session: its readable id, when, and what the canonical form needs. */
export type Step = { event_id: string; at_s: number; layer: string; action: string } & Fields
type Fields = Record<string, unknown>

/** A session as written: who, and what happened. */
export type Script = { session: string; day: string; steps: readonly Step[] }

/** Who acts in a scenario's sessions, and what they may touch, as an inventory has it. */
export type Cast = {
  agent: string
  user: string
  scope: { objects?: string[]; egress?: string[]; own_domains?: string[] }
}

/**
 * A category's written session, its benign twin that differs in the deciding thing only, and the
 * sessions that taught what is normal, where the category counts something.
 */
export type Scenario = {
  category: number
  name: string
  cast: Cast
  history: readonly Script[]
  attack: Script
  twin: Script
}

/** What the user asks for. */
export const asks = (event_id: string, at_s: number, content: string): Step =>
  application(event_id, at_s, 'user_request', { content })

/** A tool call on a server. */
export const calls = (
  event_id: string,
  at_s: number,
  tool: `${string}/${string}`,
  values: Fields,
  more: Fields = {},
): Step => {
  const [server_id, tool_name] = tool.split('/')
  const json = JSON.stringify(values)
  const call = { server_id, tool_name, call_id: `call:${event_id}`, arguments: json, ...more }
  return application(event_id, at_s, 'tool_call', call)
}

/** What the tool answers to a call. */
export const returns = (event_id: string, at_s: number, call: Step, content: string): Step => {
  const { server_id, tool_name, call_id } = call
  return application(event_id, at_s, 'tool_result', { server_id, tool_name, call_id, content })
}

/** A database's word of a query that a call made. */
export const queries = (event_id: string, at_s: number, call: Step, more: Fields): Step => {
  const { server_id, call_id } = call
  const query = { server_id, call_id, db_system: 'postgresql', db_user: 'svc_agent', ...more }
  return { event_id, at_s, layer: 'data', action: 'select', ...query }
}

/** Traffic of a call's server to a host. */
export const flows = (
  event_id: string,
  at_s: number,
  call: Step,
  to: string,
  out: number,
): Step => {
  const { server_id } = call
  const flow = { server_id, source_host: `${String(server_id)}.internal`, protocol: 'tls' }
  const size = { destination_host: to, destination_port: 443, bytes_out: out, bytes_in: 900 }
  return { event_id, at_s, layer: 'network', action: 'flow', ...flow, ...size }
}

/** What the model answers. */
export const answers = (event_id: string, at_s: number, output_text: string): Step => {
  const model = { provider: 'inhouse', model: 'house-model-3', output_text, finish_reason: 'stop' }
  return { event_id, at_s, layer: 'model', action: 'completion', ...model }
}

/** The conversation ends. */
export const ends = (event_id: string, at_s: number): Step =>
  application(event_id, at_s, 'session_end', {})

function application(event_id: string, at_s: number, action: string, more: Fields): Step {
  return { event_id, at_s, layer: 'application', action, ...more }
}

/**
 * The scripts of one tenant as lines of canonical events, in the order of time. `tenant` keeps what
 * one scenario teaches from another; each layer has a collector with a sequence without holes.
 */
export function linesOf(tenant: string, cast: Cast, scripts: readonly Script[]): string[] {
  const events = scripts.flatMap(({ session, day, steps }) =>
    steps.map(({ at_s, ...step }) => ({
      ...step,
      occurred_at: new Date(Date.parse(day) + at_s * 1000).toISOString(),
      tenant_id: tenant,
      session_id: session,
      agent_id: cast.agent,
      user_id: cast.user,
    })),
  )
  const sequences = new Map<string, number>()
  return events
    .toSorted((one, other) => (one.occurred_at < other.occurred_at ? -1 : 1))
    .map((event) => {
      const collector_id = `${tenant}-${event.layer}`
      const collector_seq = (sequences.get(collector_id) ?? 0) + 1
      sequences.set(collector_id, collector_seq)
      return JSON.stringify({ ...event, collector_id, collector_seq })
    })
}

const HISTORY_DAYS = [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]
const HISTORY_HOURS = [8, 10, 13]
/** Thirty: enough for a baseline to speak, spread over the working hours of two weeks. */
const HISTORY_COUNT = HISTORY_DAYS.length * HISTORY_HOURS.length
/** The Monday after. */
export const ATTACK_DAY = '2026-03-16T10:00:00Z'

/** The sessions that taught what is normal; `stepsOf` writes one, told by its number. */
export function historyOf(stepsOf: (index: number) => Step[]): Script[] {
  return Array.from({ length: HISTORY_COUNT }, (_, index) => {
    const day = HISTORY_DAYS[Math.floor(index / HISTORY_HOURS.length)] ?? 2
    const hour = HISTORY_HOURS[index % HISTORY_HOURS.length] ?? 8
    const two = (value: number): string => String(value).padStart(2, '0')
    return {
      session: `ordinary-${two(index)}`,
      day: `2026-03-${two(day)}T${two(hour)}:00:00Z`,
      steps: stepsOf(index).map((step) => ({
        ...step,
        event_id: `${two(index)}-${step.event_id}`,
      })),
    }
  })
}
