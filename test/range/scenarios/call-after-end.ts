import { setTimeout as wait } from 'node:timers/promises'

import { rawCall } from '../raw-call.ts'
import type { Scenario, Script } from './scenario.ts'

/** The rule lets asynchronous tools finish for half a minute. */
const AFTER_END_MS = 31_000
const RECONNECTS_WITHIN_MS = 1_500

const attack: Script = async (stage) => {
  const { agent } = stage
  const url = await stage.everything()
  const session = await agent.connectLegacyHttp('everything', url)
  await agent.asked('Please add 2 and 3.')
  await agent.call('everything', 'get-sum', { a: 2, b: 3 })
  await session.terminateSession()
  await wait(AFTER_END_MS)
  const headers = { 'mcp-session-id': session.id, 'tocsin-session': agent.sessionId }
  await rawCall({ url, headers, tool: 'get-env' })
}

const twin: Script = async (stage) => {
  const { agent } = stage
  const url = await stage.everything()
  const session = await agent.connectLegacyHttp('everything', url)
  await agent.asked('Please add 2 and 3.')
  await agent.call('everything', 'get-sum', { a: 2, b: 3 })
  // The client asks for its stream again by itself after this.
  await session.terminateSession()
  await wait(RECONNECTS_WITHIN_MS)
}

export const callAfterEnd: Scenario = {
  name: 'call-after-end',
  title: 'a call on a session that its client has ended (s09)',
  becomes: { severity: 'moderate', rules: ['call-after-session-end'] },
  attack,
  twin,
}
