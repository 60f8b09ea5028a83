import { rawCall } from '../raw-call.ts'
import type { Scenario, Script } from './scenario.ts'

const VERSION = '2026-07-28'

const calls =
  (headerName: string): Script =>
  async (stage) => {
    const { agent } = stage
    const url = await stage.mail()
    await agent.asked('Is there new mail?')
    const headers = {
      'tocsin-session': agent.sessionId,
      'mcp-protocol-version': VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': headerName,
    }
    await rawCall({ url, headers, tool: 'list_mail' })
  }

export const contradictingHeader: Scenario = {
  name: 'contradicting-header',
  title: 'a header names another tool than the body (s11)',
  becomes: { severity: 'moderate', rules: ['header-says-otherwise'] },
  attack: calls('search_objects'),
  twin: calls('list_mail'),
}
