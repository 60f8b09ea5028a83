import { appendFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

// A mail server on Streamable HTTP, since no published server sends anything that stays on this
// machine. MAIL_LOG: a file that gets a line of JSON for every mail. INTROSPECTION (URL, with the
// client's name and secret in it): bearer tokens are asked for there, and refused when not active.
const { MAIL_LOG: log = '', INTROSPECTION: introspection } = process.env

function aMailServer(): McpServer {
  const server = new McpServer({ name: 'mail', version: '1.0.0' })
  const mail = z.object({ to: z.string(), subject: z.string(), body: z.string() })
  server.registerTool(
    'send_mail',
    { description: 'Sends an e-mail', inputSchema: mail, annotations: { openWorldHint: true } },
    ({ to, subject, body }) => {
      appendFileSync(log, `${JSON.stringify({ to, subject, bytes: body.length })}\n`)
      return { content: [{ type: 'text', text: 'sent' }] }
    },
  )
  server.registerTool(
    'list_mail',
    { description: 'Lists the newest mail', annotations: { readOnlyHint: true } },
    () => ({ content: [{ type: 'text', text: 'Nothing new.' }] }),
  )
  return server
}

const handle = toNodeHandler(createMcpHandler(aMailServer))
const server = createServer((request, response) => void serve(request, response))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object')
    process.stdout.write(`listening at http://127.0.0.1:${address.port}\n`)
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (await isActive(request)) await handle(request as Parameters<typeof handle>[0], response)
  else response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
}

async function isActive({ headers }: IncomingMessage): Promise<boolean> {
  if (introspection === undefined) return true
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return false
  const { origin, pathname, username, password } = new URL(introspection)
  const answer = await fetch(origin + pathname, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
    body: new URLSearchParams({ token }),
  })
  const { active } = (await answer.json()) as { active: boolean }
  return active
}
