import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import {
  freePorts,
  isListening,
  startProcess,
  stopProcess,
  until,
} from '../support/servers/process.ts'
import { Agent } from './agent.ts'
import type { Pipeline } from './pipeline.ts'
import { environmentWith, PUBLISHED, ROOT, startNode, TOCSIN, type Started } from './processes.ts'

/** What all plays of one pipeline share: servers that nobody isolates at their address. */
export type StageWorld = {
  pipeline: Pipeline
  directory: string
  mailUrl: string
}

const LISTENS_WITHIN_MS = 90_000
const DELIVERS_WITHIN_MS = 60_000

/**
 * Where one play happens: an agent in a conversation of its own, with servers of its own names
 * behind taps of its own, so that nothing one play comes to concerns another.
 */
export class Stage {
  readonly world: StageWorld
  readonly name: string
  readonly agent: Agent
  readonly sandbox: string
  readonly #stops: (() => Promise<void>)[] = []
  readonly #agents: Agent[] = []

  constructor(world: StageWorld, name: string, agentId = `agent-of-${name}`) {
    this.world = world
    this.name = name
    this.sandbox = join(world.directory, 'sandboxes', name)
    mkdirSync(this.sandbox, { recursive: true })
    this.agent = this.another(agentId, name)
  }

  /** Another agent, or another conversation of the same. */
  another(agentId: string, sessionId: string): Agent {
    const agent = new Agent(this.world.pipeline, agentId, sessionId)
    this.#agents.push(agent)
    return agent
  }

  /** The conversations of this play. */
  sessionIds(): string[] {
    return [...new Set(this.#agents.map(({ sessionId }) => sessionId))]
  }

  /** What events call a server of this play. */
  serverId(server: string): string {
    return `${server}-of-${this.name}`
  }

  /** Puts a file into the sandbox; returns its path. */
  write(name: string, text: string): string {
    const path = join(this.sandbox, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** A file with the public key of somebody else. */
  anotherKey(): string {
    const { publicKey } = generateKeyPairSync('ed25519')
    return this.write('another.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  }

  /** The published filesystem server on the sandbox, as `files`. */
  files(agent = this.agent): Promise<void> {
    return this.stdio('files', [PUBLISHED.filesystem, this.sandbox], agent)
  }

  /** A server on stdio, of a Node program. */
  stdio(
    server: string,
    args: readonly string[],
    agent = this.agent,
    own: Record<string, string> = {},
  ): Promise<void> {
    return this.onStdio(server, [process.execPath, ...args], agent, own)
  }

  /** A server on stdio, of any command. */
  async onStdio(
    server: string,
    command: readonly string[],
    agent: Agent,
    own: Record<string, string>,
  ): Promise<void> {
    const { place, environment } = this.world.pipeline
    const actor = ['--agent-id', agent.agentId, '--session-id', agent.sessionId]
    const tap = [...TOCSIN, 'tap', '--server-id', this.serverId(server), ...actor, ...place]
    await agent.connectStdio(server, [...tap, '--', ...command], {
      ...environment,
      ...own,
    })
    await this.delivered()
  }

  /** A mail server, as `mail`, behind an HTTP tap; resolves to the tap's address. */
  async mail(headers: Record<string, string> = {}): Promise<string> {
    const url = await this.tap('mail', this.world.mailUrl)
    await this.agent.connectHttp('mail', url, headers)
    await this.delivered()
    return url
  }

  /** The published everything server on HTTP behind a tap, not connected; its address there. */
  async everything(): Promise<string> {
    const [port = 0] = await freePorts(1)
    const child = startProcess(
      process.execPath,
      [PUBLISHED.everything, 'streamableHttp'],
      join(this.world.directory, 'servers.log'),
      environmentWith({ PORT: String(port) }),
    )
    this.#stops.push(() => stopProcess(child, 'SIGKILL'))
    await until(() => isListening(port), LISTENS_WITHIN_MS, 'the everything server')
    return this.tap('everything', `http://127.0.0.1:${port}`)
  }

  /** A tap before a server on HTTP; resolves to the address of `/mcp` behind it. */
  async tap(server: string, upstream: string, own: Record<string, string> = {}): Promise<string> {
    const { place, environment } = this.world.pipeline
    const before = ['--listen', '0', '--upstream', upstream, '--server-id', this.serverId(server)]
    const { said } = await this.start(
      [...TOCSIN, 'tap', ...before, ...place],
      { ...environment, TOCSIN_LOG_LEVEL: 'warn', ...own },
      /^tapping at (.+)$/,
    )
    return `${said[1]}/mcp`
  }

  async start(
    args: readonly string[],
    environment: Record<string, string>,
    waitsFor: RegExp,
    log = join(this.world.directory, 'taps.log'),
  ): Promise<Started> {
    const started = await startNode(args, environment, waitsFor, log)
    this.#stops.push(started.stop)
    return started
  }

  /**
   * Resolves when the taps have told all they had seen: then they have reached the pipeline, and
   * hear what it restricts.
   */
  async delivered(): Promise<void> {
    const taps = join(this.world.pipeline.directory, 'data', 'taps')
    // No tap has been started yet.
    if (!existsSync(taps)) return
    const hasNothing = (file: string): boolean => {
      try {
        return readFileSync(join(taps, file)).every((byte) => byte === 0)
      } catch {
        return true
      }
    }
    const isDone = (): boolean =>
      readdirSync(taps)
        .filter((file) => file.endsWith('.turn'))
        .every(hasNothing)
    await until(isDone, DELIVERS_WITHIN_MS, 'the taps')
  }

  /** Ends what was started for it, clients first. */
  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.close()))
    await Promise.all(this.#stops.map((stop) => stop()))
  }
}

/** The mail server all plays share. */
export function startMail(directory: string, introspection?: string): Promise<Started> {
  return startNode(
    [join(ROOT, 'test/range/servers/mail.ts')],
    {
      MAIL_LOG: join(directory, 'mail.ndjson'),
      ...(introspection === undefined ? {} : { INTROSPECTION: introspection }),
    },
    /^listening at (.+)$/,
    join(directory, 'servers.log'),
  )
}
