import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

/** A server that posts messages to addresses of the web, and fetches pages. */
const server = new McpServer({ name: 'courier', version: '1' })

server.registerTool(
  'send_message',
  {
    description: 'Sends a message to a web address.',
    inputSchema: { to: z.string(), body: z.string() },
    annotations: { readOnlyHint: false, openWorldHint: true },
  },
  async ({ to, body }) => said(await fetch(to, { method: 'POST', body })),
)
server.registerTool(
  'fetch_page',
  {
    description: 'Fetches a page of the web.',
    inputSchema: { url: z.string() },
    annotations: { readOnlyHint: true, openWorldHint: true },
  },
  async ({ url }) => said(await fetch(url)),
)
await server.connect(new StdioServerTransport())

async function said(answer: Response) {
  const text = await answer.text()
  return { content: [{ type: 'text' as const, text }], isError: !answer.ok }
}
