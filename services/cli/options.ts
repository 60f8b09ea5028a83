import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { Command } from 'commander'

import type { Environment } from '#runtime/config.ts'

/** Options that say which Tocsin a command talks to. */
export type PlaceOptions = {
  dataDir?: string
  brokers?: string
  registry?: string
  clickhouse?: string
}

const DEFAULT_DATA_DIRECTORY = '.tocsin'

/** Adds the options that every command has which reads or acts. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option(
      '--data-dir <dir>',
      `embedded: the pipeline's directory (TOCSIN_DATA_DIR, else ${DEFAULT_DATA_DIRECTORY})`,
    )
    .option('--brokers <list>', 'distributed: Kafka brokers, host:port,… (TOCSIN_BROKERS)')
    .option('--registry <url>', 'distributed: Schema Registry (TOCSIN_REGISTRY)')
    .option('--clickhouse <url>', 'distributed: ClickHouse over HTTP (TOCSIN_CLICKHOUSE)')
}

/** The environment with the command line's settings in the place of its own. */
export function withOptions(environment: Environment, options: PlaceOptions): Environment {
  const { dataDir, brokers, registry, clickhouse } = options
  const given: Environment = {
    TOCSIN_DATA_DIR: dataDir,
    TOCSIN_BROKERS: brokers,
    TOCSIN_REGISTRY: registry,
    TOCSIN_CLICKHOUSE: clickhouse,
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...environment, ...Object.fromEntries(present) }
}

/** A command's own directory: gone at the end, unless it is to be kept. */
export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The directory a command works in, made absolute. */
export function dataDirectory(environment: Environment): string {
  return resolve(environment['TOCSIN_DATA_DIR'] ?? DEFAULT_DATA_DIRECTORY)
}
