import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { Option, type Command } from 'commander'
import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { dataDirectory, withOptions } from '../options.ts'
import { withoutTaps, withTaps, type Rewritten, type TapCommand } from './client-entries.ts'
import { CLIENTS, clientFiles, type ClientName } from './client-files.ts'

type InstallFlags = { client?: ClientName[]; file?: string[]; dataDir?: string }

/** What a file was before, and what was made of it: an undo gives back every byte. */
const KEPT = z.object({ path: z.string(), original: z.base64(), installed_sha256: z.string() })

const KEPT_DIRECTORY = 'installed'

/** Adds `tocsin tap install` and `tocsin tap uninstall`. */
export function addInstall(tap: Command): void {
  for (const [name, description, work] of [
    ['install', "put a tap before the servers of a client's configuration", install],
    ['uninstall', 'take the taps out again, byte for byte', uninstall],
  ] as const)
    tap
      .command(name)
      .description(description)
      .addOption(
        new Option('--client <names...>', 'these clients alone; else all').choices(CLIENTS),
      )
      .option('--file <paths...>', 'these configuration files, of whatever client')
      .option('--data-dir <dir>', "the pipeline's directory (TOCSIN_DATA_DIR)")
      .action((_: unknown, command: Command) => {
        const flags = command.optsWithGlobals<InstallFlags>()
        const directory = dataDirectory(withOptions(process.env, flags))
        for (const path of filesOf(flags)) work(path, directory)
      })
}

function install(path: string, directory: string): void {
  const before = readText(path)
  const rewritten = readable(path, withTaps(before, tapCommand(directory)))
  if (rewritten.changed.length > 0) {
    keep(path, directory, before, rewritten.text)
    replace(path, rewritten.text)
  }
  tell(path, rewritten, 'has a tap now')
}

function uninstall(path: string, directory: string): void {
  const now = readText(path)
  const rewritten = readable(path, withoutTaps(now, tapCommand(directory)))
  const kept = keptOf(path, directory)
  if (kept !== undefined && kept.installed_sha256 === sha256(now))
    replace(path, Buffer.from(kept.original, 'base64'))
  else if (rewritten.changed.length > 0) replace(path, rewritten.text)
  rmSync(keptPath(path, directory), { force: true })
  tell(path, rewritten, 'has no tap any more')
}

/** How a client starts a tap: this very program, whatever the client's search path. */
function tapCommand(directory: string): TapCommand {
  const main = resolve(process.argv[1] ?? '')
  const program = ['--disable-warning=ExperimentalWarning', main, 'tap']
  return { command: process.execPath, arguments: [...program, '--data-dir', directory] }
}

function filesOf({ client, file }: InstallFlags): string[] {
  if (file !== undefined) return file.map((path) => resolve(path))
  const places = {
    platform: process.platform,
    home: homedir(),
    project: process.cwd(),
    appData: process.env['APPDATA'],
  }
  const found = (client ?? CLIENTS).flatMap((name) => clientFiles(name, places))
  if (found.length === 0)
    throw new Fault('NOT_FOUND', 'No configuration of a known client is here; name one: --file')
  return found
}

/** A second install over the first keeps what was there before either. */
function keep(path: string, directory: string, before: string, after: string): void {
  const known = keptOf(path, directory)
  const isOurs = known !== undefined && known.installed_sha256 === sha256(before)
  const original = isOurs ? known.original : Buffer.from(before).toString('base64')
  mkdirSync(join(directory, KEPT_DIRECTORY), { recursive: true, mode: 0o700 })
  const kept = { path, original, installed_sha256: sha256(after) }
  writeFileSync(keptPath(path, directory), `${JSON.stringify(kept)}\n`, { mode: 0o600 })
}

function keptOf(path: string, directory: string): z.infer<typeof KEPT> | undefined {
  const place = keptPath(path, directory)
  return existsSync(place) ? KEPT.parse(JSON.parse(readFileSync(place, 'utf8'))) : undefined
}

function keptPath(path: string, directory: string): string {
  return join(directory, KEPT_DIRECTORY, `${sha256(path).slice(0, 16)}.json`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Fault('INPUT_UNREADABLE', `Cannot read ${path}: ${code}`, { cause })
  }
}

function readable(path: string, rewritten: Rewritten | undefined): Rewritten {
  if (rewritten !== undefined) return rewritten
  throw new Fault('INPUT_UNREADABLE', `${path} is no JSON; nothing was changed`)
}

/** In one step: a client that reads meanwhile sees the old file or the new. */
function replace(path: string, content: string | Buffer): void {
  const besides = `${path}.tocsin`
  try {
    writeFileSync(besides, content, { mode: statSync(path).mode })
    renameSync(besides, path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${path}: ${code}`, { cause })
  }
}

function tell(path: string, { changed, left }: Rewritten, what: string): void {
  process.stdout.write(`${path}\n`)
  for (const name of changed) process.stdout.write(`  ${JSON.stringify(name)} ${what}\n`)
  for (const { name, why } of left) process.stdout.write(`  ${JSON.stringify(name)}: ${why}\n`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
