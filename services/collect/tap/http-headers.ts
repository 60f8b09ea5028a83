import type { JsonObject } from '#domain/json-form.ts'
import { META_PREFIX } from '../normalize/mcp-actor.ts'
import { objectIn, textIn, type McpMessage } from '../normalize/mcp-message.ts'

/** Of one connection and not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const ENCODED_NAME = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/

/** Raw headers that go on to the other side, in their order and spelling, less those named. */
export function endToEnd(raw: readonly string[], left: readonly string[] = []): string[] {
  const named = [...left]
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase()
    if (name === 'connection') named.push(...namesIn(raw[index + 1] as string))
  }
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase()
    if (HOP_BY_HOP.has(name) || named.includes(name)) continue
    kept.push(raw[index] as string, raw[index + 1] as string)
  }
  return kept
}

/**
 * What a request's headers say otherwise than its body: `method`, `name` or `version`. Headers that
 * are absent say nothing.
 */
export function disagreementOf(
  message: McpMessage,
  headers: Readonly<Record<string, string | undefined>>,
): string[] | undefined {
  if (message.kind !== 'request' && message.kind !== 'notification') return undefined
  const { method, params } = message
  const stated: [string, string | undefined, string | undefined][] = [
    ['method', headers['mcp-method'], method],
    ['name', decoded(headers['mcp-name']), nameIn(params)],
    [
      'version',
      headers['mcp-protocol-version'],
      textIn(objectIn(params, '_meta'), `${META_PREFIX}protocolVersion`),
    ],
  ]
  const wrong = stated.filter(
    ([, header, body]) => header !== undefined && body !== undefined && header !== body,
  )
  return wrong.length === 0 ? undefined : wrong.map(([what]) => what)
}

function nameIn(params: JsonObject): string | undefined {
  return textIn(params, 'name') ?? textIn(params, 'uri')
}

function decoded(header: string | undefined): string | undefined {
  const encoded = ENCODED_NAME.exec(header ?? '')?.[1]
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString('utf8')
}

function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim().toLowerCase())
}
