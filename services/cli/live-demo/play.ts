import { join } from 'node:path'

import { Command } from 'commander'
import colors from 'picocolors'

import type { EvidenceStore } from '#domain/evidence.ts'
import { commandsFor } from '../commands.ts'
import type { Doors } from '../doors.ts'
import type { McpCaller } from './mcp-caller.ts'
import type { Outside } from './outside.ts'
import { nameOf, type Role, type StageSet } from './stage-set.ts'

export const SESSION = 'conversation-of-the-demo'
/** So long the demo waits for anything. */
export const WAITS_MAX_MS = 150_000

/** What every act of the demo works with. */
export type Play = {
  set: StageSet
  doors: Doors
  directory: string
  evidence: EvidenceStore
  callers: Record<'files' | 'mail', McpCaller>
  outside: Outside
  say: (line: string) => void
}

/** Runs a command of ours in this process, and shows it as a person would have typed it. */
export async function runCommand(
  { directory, set, say }: Play,
  role: Role | undefined,
  args: readonly string[],
): Promise<void> {
  const shown = args.map((word) => (/[\s']/.test(word) ? `'${word}'` : word))
  const by = role === undefined ? [] : ['--by', nameOf(role)]
  say(colors.dim(`\n$ tocsin ${[...shown, ...by].join(' ').replaceAll(`${directory}/`, '')}`))
  const program = new Command('tocsin').exitOverride()
  for (const add of await commandsFor(args[0])) add(program)
  const isPlaced = args[1] !== 'verify'
  const place = isPlaced ? ['--data-dir', join(directory, 'data')] : []
  const key = role === undefined ? [] : ['--key', set.keyOf(role)]
  await program.parseAsync([...args, ...by, ...key, ...place], { from: 'user' })
}

/** A line between two parts. */
export function heading(text: string): string {
  return `\n${colors.bold(`── ${text} ──`)}`
}
