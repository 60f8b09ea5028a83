import { McpConnection, type Told } from '../../../services/collect/normalize/mcp-connection.ts'
import { actorOf, sessionOf } from '../../../services/collect/normalize/mcp-actor.ts'
import {
  noteDefinition,
  type ToolCatalogue,
} from '../../../services/collect/normalize/mcp-definition.ts'
import type { SettledActor } from '../../../services/collect/normalize/mcp-draft.ts'
import { messagesOf, objectIn } from '../../../services/collect/normalize/mcp-message.ts'
import { readBearer } from '../../../services/collect/normalize/mcp-token.ts'

export const START_US = Date.parse('2026-11-22T14:00:00Z') * 1000
const KEEP = { redactedNames: new Set<string>(), maxChars: 65_536, contentMaxChars: 65_536 }

type Headers = Record<string, string>
export type Said = { json: unknown; headers?: Headers; exchange?: number; atUs?: number }

/** A connection and the plain way to let messages pass it. */
export class TestConnection {
  readonly connection: McpConnection
  readonly told: Told[] = []
  readonly actors = new Map<number, SettledActor>()

  readonly #catalogue: ToolCatalogue

  constructor(keep: Partial<typeof KEEP> = {}, catalogue: ToolCatalogue = new Map()) {
    this.#catalogue = catalogue
    this.connection = new McpConnection('c1', { ...KEEP, ...keep }, catalogue)
  }

  client({ json, headers = {}, exchange = 0, atUs = START_US }: Said): Told[] {
    const told: Told[] = []
    for (const message of messagesOf(json).messages) {
      this.connection.meet(message)
      const meta = 'params' in message ? objectIn(message.params, '_meta') : {}
      const actor = settledActor(meta, headers, this.connection.clientInfo)
      this.actors.set(exchange, actor)
      told.push(...this.connection.fromClient(message, { actor, atUs, exchange }))
    }
    this.told.push(...told)
    return told
  }

  server({ json, exchange = 0, atUs = START_US }: Said): Told[] {
    const actor = this.actors.get(exchange) ?? settledActor({}, {}, {})
    const told = messagesOf(json).messages.flatMap((message) =>
      this.connection.fromServer(message, { actor, atUs, exchange }),
    )
    for (const { draft } of told) {
      const { tool_name: name, tool_definition_hash: hash, tool_annotations } = draft
      if (draft.action !== 'tools_listed' || !name || !hash) continue
      noteDefinition(this.#catalogue, { name, hash, annotations: tool_annotations ?? {} })
    }
    this.told.push(...told)
    return told
  }
}

function settledActor(meta: object, headers: Headers, clientInfo: object): SettledActor {
  const actor = actorOf({
    known: { agentId: undefined, userId: undefined, conversationId: undefined, roles: [] },
    clientInfo: { ...clientInfo },
    meta: { ...meta },
    headers,
    token: readBearer(headers['authorization'] ?? '', 'key'),
    clientAddress: undefined,
  })
  const session = sessionOf(actor, 'acme', 'host-1')
  const sessionId = session.basis === 'inferred' ? session.key : session.id
  return { ...actor, sessionId, sessionBasis: session.basis }
}
