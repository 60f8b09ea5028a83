import { rawCall } from '../raw-call.ts'
import type { Scenario, Script } from './scenario.ts'

const TOKEN = { authorization: 'Bearer of-the-victim-alone' }
const THIEF = { localAddress: '127.0.0.2', 'user-agent': 'python-httpx/0.28.1' }

const usedBy =
  (other: Record<string, string>): Script =>
  async (stage) => {
    const { agent } = stage
    const url = await stage.everything()
    const session = await agent.connectLegacyHttp('everything', url, TOKEN)
    await agent.asked('Please add 2 and 3.')
    await agent.call('everything', 'get-sum', { a: 2, b: 3 })
    const { localAddress, ...headers } = other
    const own = { 'mcp-session-id': session.id, 'tocsin-session': agent.sessionId, ...TOKEN }
    const call = { url, tool: 'get-sum', arguments: { a: 1, b: 1 } }
    const from = localAddress === undefined ? {} : { localAddress }
    await rawCall({ ...call, ...from, headers: { ...own, ...headers } })
  }

export const stolenSession: Scenario = {
  name: 'stolen-session',
  title: 'a session’s handle and token in the hands of another client (s04)',
  becomes: { severity: 'moderate', rules: ['session-of-two-addresses'] },
  attack: usedBy(THIEF),
  // The same client on a new connection.
  twin: usedBy({}),
}
