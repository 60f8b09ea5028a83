import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { isoTime } from './lane.ts'

const EFFECTS = ['read', 'read', 'read', 'write', 'send', 'execute', 'delete', 'pay'] as const
const ORIGINS = ['user', 'tool_result', 'model', 'resource'] as const
const TOOLS = (
  'read_file search_mail list_events query_table fetch_page get_ticket create_ticket send_mail ' +
  'write_file run_query share_document list_files update_row delete_file post_message ' +
  'run_command transfer book_room'
).split(' ')
const COMMANDS = [
  (r: Random) => `git log -n ${r.whole(1, 90)} -- src/${r.token(8)}.ts`,
  (r: Random) => `curl -s https://files.example/${r.token(10)} -o /tmp/${r.token(6)}`,
  (r: Random) => `cat /home/agent/${r.token(6)}/.env`,
  (r: Random) => `npm test -- ${r.token(9)}`,
] as const

/** What an agent asked of a tool: flat records with dotted names, about 900 bytes. */
export const TOOL_CALLS: Lane = {
  name: 'tool_calls',
  describes: 'tool calls of agents, flat, as observations are',
  logsource: { product: 'tocsin', service: 'observation', category: 'application' },
  record: (random, index) => {
    const [effect, tool] = [random.pick(EFFECTS), random.skewed(TOOLS)]
    const origin = random.skewed(ORIGINS)
    return {
      observation_id: random.guid(),
      occurred_at: isoTime(random, index),
      session_id: `s-${random.hex(16)}`,
      agent_id: `agent-${random.whole(1, 260)}`,
      'server.name': `mcp-${random.whole(1, 45)}`,
      'server.version': `${random.whole(0, 3)}.${random.whole(0, 30)}.${random.whole(0, 12)}`,
      tool,
      effect,
      requested: random.chance(0.9),
      'arguments.path': `/home/agent/${random.token(8)}/${random.token(12)}.md`,
      'arguments.query':
        `select ${random.token(7)} from ${random.token(6)} where id = ` +
        `${random.whole(1, 10 ** 6)}`,
      ...(tool === 'run_command' ? { 'arguments.command': random.pick(COMMANDS)(random) } : {}),
      ...(effect === 'send' || effect === 'pay'
        ? { recipient: `${random.token(9)}@mail.example`, 'recipient.origin': origin }
        : {}),
      result: resultText(random),
      'result.bytes': random.whole(20, 90_000),
      'result.is_error': random.chance(0.05),
      duration_ms: random.whole(2, 9000),
      'measure.calls_per_minute': random.whole(1, 60),
      'measure.robust_z': Math.round((random.unit() * 6 - 2) * 100) / 100,
      'measure.distinct_tools': random.whole(1, 14),
      data_origins: [origin, random.pick(ORIGINS)],
      model: random.pick(['model-a', 'model-b', 'model-c']),
    }
  },
}

/** Words no dictionary holds, as long as short answers are. */
function resultText(random: Random): string {
  const length = random.whole(12, 60)
  return Array.from({ length }, () => random.token(random.whole(2, 9))).join(' ')
}
