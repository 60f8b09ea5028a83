import { userInfo } from 'node:os'
import { basename, extname } from 'node:path'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { readSettings, type Environment } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { readTapSettings, type TapSettings } from '../collect/config.ts'
import { StdioTap, type Ending } from '../collect/sources/stdio-tap.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from './options.ts'
import { clientInstance } from './tap/client-instance.ts'
import { tapHttp } from './tap/http-command.ts'
import { addInstall } from './tap/install.ts'
import { openTap } from './tap/open-tap.ts'

type TapFlags = PlaceOptions & {
  serverId?: string
  agentId?: string
  userId?: string
  sessionId?: string
  tenant?: string
  listen?: string
  upstream?: string
  forward?: boolean
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
/** How long the end of a server waits for its last events to be delivered; the rest is kept. */
const CLOSE_MAX_MS = 1_500

/** Adds `tocsin tap`. */
export function addTap(program: Command): void {
  const tap = program
    .command('tap')
    .description('sit between an MCP client and its server: see, tell, and obey restrictions')
    .usage('[options] -- COMMAND ARGS | --listen ADDRESS (--upstream URL | --forward)')
    .argument('[command...]', 'the server, as the client would start it')
    .option('--listen <address>', 'Streamable HTTP: HOST:PORT to listen on')
    .option('--upstream <url>', 'with --listen: the server it stands before')
    .option('--forward', 'with --listen: be a proxy, whose clients name the server')
    .option('--server-id <name>', 'what events call the server (TOCSIN_TAP_SERVER)')
    .option('--agent-id <name>', 'whose tap this is (TOCSIN_TAP_AGENT)')
    .option('--user-id <name>', 'for whom the agent acts (TOCSIN_TAP_USER)')
    .option('--session-id <id>', 'the conversation (TOCSIN_TAP_SESSION)')
    .option('--tenant <id>', 'the tenant (TOCSIN_TAP_TENANT)')
  addInstall(tap)
  addPlaceOptions(tap).action(async (command: string[], flags: TapFlags) => {
    const environment = withTapOptions(withOptions(process.env, flags), flags)
    const settings = readTapSettings(environment)
    const { listen, ...http } = flags
    if (listen !== undefined) {
      if (command.length > 0) throw new Fault('BAD_USAGE', 'Name --listen or a command, not both')
      return tapHttp(environment, settings, { listen, ...http })
    }
    const [program_, ...rest] = command
    if (program_ === undefined)
      throw new Fault('BAD_USAGE', 'Name the server: tocsin tap -- COMMAND ARGS')
    endAs(await tapStdio(environment, settings, program_, rest))
  })
}

function withTapOptions(environment: Environment, flags: TapFlags): Environment {
  const given: Environment = {
    TOCSIN_TAP_SERVER: flags.serverId,
    TOCSIN_TAP_AGENT: flags.agentId,
    TOCSIN_TAP_USER: flags.userId,
    TOCSIN_TAP_SESSION: flags.sessionId,
    TOCSIN_TAP_TENANT: flags.tenant,
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...environment, ...Object.fromEntries(present) }
}

async function tapStdio(
  environment: Environment,
  settings: TapSettings,
  command: string,
  args: readonly string[],
): Promise<Ending> {
  const logger = createLogger(environment['TOCSIN_LOG_LEVEL'] ?? 'warn')
  readSettings(environment)
  const serverId = settings.serverId ?? basename(command, extname(command))
  // On stdio the user is whoever runs the client.
  const known = { ...settings.known, userId: settings.known.userId ?? userInfo().username }
  const wire = { serverId, transport: 'stdio' } as const
  const tap = await openTap(environment, { ...settings, known }, wire, logger)
  const stdio = new StdioTap({
    command,
    arguments: args,
    serverId,
    clientInstance: clientInstance(environment),
    recorder: tap.recorder,
    input: process.stdin,
    output: process.stdout,
    ready: tap.ready,
  })
  tap.intake.onChanged = () => stdio.restricted()
  for (const signal of SIGNALS) process.on(signal, () => stdio.kill(signal))
  try {
    return await stdio.ended
  } finally {
    await tap.close(CLOSE_MAX_MS)
  }
}

/** Ends this process as the server's ended. */
function endAs({ code, signal }: Ending): void {
  if (signal === null) {
    process.exitCode = code ?? 1
    return
  }
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
