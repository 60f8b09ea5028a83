import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

import type { Pipeline } from './pipeline.ts'
import { environmentWith } from './processes.ts'

/** What became of a call, as the agent saw it. */
export type Outcome = { outcome: 'done' | 'failed' | 'refused'; text: string }

type AnyClient = {
  listTools: () => Promise<{ tools: { name: string }[] }>
  callTool: (call: {
    name: string
    arguments: Record<string, unknown>
    _meta?: Record<string, unknown>
  }) => Promise<unknown>
  close: () => Promise<void>
}

/** A session of the older protocol, as its client has it. */
export type LegacySession = { id: string; terminateSession: () => Promise<void> }

/** The JSON-RPC error of a tap that refuses. */
const REFUSED_CODE = -32_010

let hostSeq = 0

/**
 * A scripted agent in a conversation: what a host would do, with published clients. Its servers are
 * reached through taps; what its user says the host tells the pipeline.
 */
export class Agent {
  readonly agentId: string
  readonly sessionId: string
  readonly #pipeline: Pipeline
  readonly #clients = new Map<string, AnyClient>()

  constructor(pipeline: Pipeline, agentId: string, sessionId: string) {
    this.#pipeline = pipeline
    this.agentId = agentId
    this.sessionId = sessionId
  }

  /** Connects to a server that a command starts, as a client's configuration names it. */
  async connectStdio(name: string, args: readonly string[], own: Record<string, string>) {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...args],
      env: environmentWith(own),
      stderr: 'ignore',
    })
    const client = new Client({ name: this.agentId, version: '1' })
    await client.connect(transport)
    await this.#meet(name, client)
  }

  /** Connects to a server at an address; the host names the conversation in a header. */
  async connectHttp(name: string, url: string, own: Record<string, string> = {}) {
    const headers = { 'tocsin-session': this.sessionId, ...own }
    const client = new ModernClient(
      { name: this.agentId, version: '1' },
      { versionNegotiation: { mode: 'auto' } },
    )
    await client.connect(new ModernTransport(new URL(url), { requestInit: { headers } }))
    await this.#meet(name, client)
  }

  /** The same with an older client, whose session the server names; resolves to that. */
  async connectLegacyHttp(
    name: string,
    url: string,
    own: Record<string, string> = {},
  ): Promise<LegacySession> {
    const headers = { 'tocsin-session': this.sessionId, ...own }
    const client = new Client({ name: this.agentId, version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
    await client.connect(transport)
    await this.#meet(name, client)
    return {
      id: transport.sessionId ?? '',
      terminateSession: () => transport.terminateSession(),
    }
  }

  /** What the user says, told by the host. */
  async asked(text: string): Promise<void> {
    hostSeq += 1
    await this.#pipeline.post({
      layer: 'application',
      event_id: `host-${process.pid}-${hostSeq}`,
      occurred_at: new Date().toISOString(),
      collector_id: `host-${process.pid}`,
      collector_seq: hostSeq,
      tenant_id: 'default',
      session_id: this.sessionId,
      session_basis: 'explicit',
      agent_id: this.agentId,
      user_id: `user-of-${this.agentId}`,
      action: 'user_request',
      content: text,
    })
  }

  /** `meta`: what the call carries beside its arguments, as a trace's context. */
  async call(
    server: string,
    name: string,
    args: Record<string, unknown> = {},
    meta?: Record<string, string>,
  ): Promise<Outcome> {
    const client = this.#clients.get(server)
    if (client === undefined) throw new Error(`${this.agentId} is not connected to ${server}`)
    try {
      const result = (await client.callTool({
        name,
        arguments: args,
        ...(meta === undefined ? {} : { _meta: meta }),
      })) as {
        isError?: boolean
        content?: { type: string; text?: string }[]
      }
      const text = (result.content ?? []).map((part) => part.text ?? '').join('\n')
      return { outcome: result.isError === true ? 'failed' : 'done', text }
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string }
      const isRefused = code === REFUSED_CODE || message.includes('Refused: incident')
      return { outcome: isRefused ? 'refused' : 'failed', text: message }
    }
  }

  /** Lists a server's tools again. */
  async list(server: string): Promise<void> {
    await this.#clients.get(server)?.listTools()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
    this.#clients.clear()
  }

  async #meet(name: string, client: Client | ModernClient): Promise<void> {
    this.#clients.set(name, client)
    await client.listTools()
  }
}
