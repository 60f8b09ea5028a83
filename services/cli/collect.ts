import { join } from 'node:path'

import { Option, type Command } from 'commander'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { Fault } from '#domain/fault.ts'
import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { checkpointFile, NO_CHECKPOINT } from '../collect/collector-checkpoint.ts'
import { SOURCES } from '../collect/collector-settings.ts'
import { parseCollector } from '../collect/collectors-file.ts'
import { compileCompletion } from '../collect/normalize/complete.ts'
import { compileFormats } from '../collect/normalize/formats.ts'
import type { Format } from '../collect/normalize/format.ts'
import { runCollector } from './collect/collectors.ts'
import { entryOf, type CollectFlags } from './collect/entry-of.ts'
import { knownServers } from './collect/known-servers.ts'
import { Tally } from './collect/tally.ts'
import { dryWay, openWay, type Way } from './collect/ways.ts'
import { makeDirectory } from './directory.ts'
import { readDoors } from './doors.ts'
import { addPlaceOptions, dataDirectory, withOptions } from './options.ts'
import { doorTokens } from './tokens.ts'

const DIRECTORY = 'collectors'

/** Adds `tocsin collect`. */
export function addCollect(program: Command): void {
  const command = program
    .command('collect')
    .description('bring the logs of one source into the pipeline')
    .usage('[options] SOURCE [TARGET] --format NAME')
    .argument('[source]', `where they come from: ${Object.keys(SOURCES).join(', ')}`)
    .argument('[target]', "file: its path; kafka: the topic; clickhouse: the server's URL")
    .option('--list', 'say which sources and formats there are')
    .option('--format <name...>', 'what the records are')
    .option('--dry-run', 'print the events as NDJSON and hand nothing in')
    .option('--follow', 'file: go on at the end, through rotations')
    .option('--name <name>', "the collector's name: events and its checkpoint carry it")
    .option('--tenant <id>', 'the tenant (default)')
    .option('--server-id <name>', 'whose logs these are')
    .option('--host <address>', 'http, otlp, syslog: where to listen (127.0.0.1)')
    .option('--port <number>', 'http, otlp, syslog: the port to listen on')
    .addOption(new Option('--transport <kind>', 'syslog').choices(['tls', 'tcp', 'udp']))
    .option('--cert <file>', 'syslog by tls: the certificate, PEM')
    .option('--key <file>', 'syslog by tls: its key, PEM')
    .option('--ca <file>', "syslog by tls: the authority of senders' certificates, PEM")
    .option('--group <name>', "kafka: the consumers' group")
    .option('--user <name>', 'clickhouse: the user')
    .option('--password-env <variable>', 'clickhouse: the variable that holds the password')
  addPlaceOptions(command).action(
    async (source: string | undefined, target: string | undefined, flags: CollectFlags) => {
      const formats = compileFormats(loadSchemas())
      if (flags.list === true) process.stdout.write(listOf(formats))
      else await collect(source, target, flags, formats)
    },
  )
}

async function collect(
  source: string | undefined,
  target: string | undefined,
  flags: CollectFlags,
  formats: ReadonlyMap<string, Format>,
): Promise<void> {
  const entry = parseCollector(entryOf(source, target, flags), new Set(formats.keys()))
  const environment = withOptions(process.env, flags)
  const settings = readSettings(environment)
  const directory = dataDirectory(environment)
  const logger = createLogger(environment['TOCSIN_LOG_LEVEL'] ?? 'info')
  const way = await openedWay(flags.dryRun === true, () => openWay(settings, directory, logger))
  const signal = shutdownSignal((name) => logger.info({ signal: name }, 'stopping'))
  const isOnce = entry.source.kind === 'file' && !entry.source.follow
  const keeps = flags.dryRun !== true && !isOnce
  const checkpoints = join(directory, DIRECTORY)
  if (keeps) makeDirectory(checkpoints)
  const tally = new Tally()
  const onRetry = (error: Fault, delayMs: number): void =>
    logger.warn({ code: error.code, delay_ms: delayMs }, 'a call failed and is tried again')
  try {
    await runCollector(entry, {
      ...way,
      settings,
      environment,
      logger,
      formats,
      complete: compileCompletion(loadSchemas()),
      identify: knownServers(environment),
      checkpointOf: (name) =>
        keeps ? checkpointFile(join(checkpoints, `${name}.json`)) : NO_CHECKPOINT,
      ingestToken: readDoors(directory)?.tokens.ingest ?? doorTokens(environment).ingest,
      context: { signal, random: Math.random, onRetry },
      onTaken: (_, taken) => tally.add(taken),
    })
  } finally {
    await way.close()
    const output = flags.dryRun === true ? process.stderr : process.stdout
    output.write(`${entry.name}: ${tally.toString()}\n`)
  }
}

function openedWay(isDry: boolean, open: () => Promise<Way>): Promise<Way> {
  return isDry ? Promise.resolve(dryWay((text) => process.stdout.write(text))) : open()
}

function listOf(formats: ReadonlyMap<string, Format>): string {
  const rows = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.map(([name, title]) => `  ${name.padEnd(24)}${title}\n`).join('')
  const told = [...formats.values()].map(({ name, title }) => [name, title] as const)
  return `Sources\n${rows(Object.entries(SOURCES))}\nFormats\n${rows(told)}`
}
