import { parseArgs } from 'node:util'

import { writePack } from '../pack-writer.ts'
import { hardSessions } from './hard-sessions.ts'
import { recordedSessions } from './recorded-sessions.ts'
import { seenRenaming } from './renaming/seen.ts'
import { unseenRenaming } from './renaming/unseen.ts'
import { heldOut, seenFamilies } from './wordings/families.ts'

const USAGE =
  'usage: wordings --families seen|unseen --out DIR' +
  ' [--packs NAME] [--renamed] [--limit N] [--with-benign]'
const GROUPS = {
  seen: { families: seenFamilies, renaming: seenRenaming, pack: 'train', limit: 2_500 },
  unseen: { families: heldOut, renaming: unseenRenaming, pack: 'valid', limit: 800 },
} as const

/**
 * Writes a pack of sessions whose injected text is in other wordings, and says what was skipped.
 * Ends with 2 on bad usage, with 1 where the recorded pack is absent.
 */
function main(): void {
  const read = readArguments()
  if (read === undefined) return fail(USAGE, 2)
  const { values, positionals } = read
  const { families: name, out } = values
  const isKnown = positionals.join(' ') === 'wordings' && (name === 'seen' || name === 'unseen')
  if (!isKnown || out === undefined) return fail(USAGE, 2)
  const group = GROUPS[name]
  const limit = Number(values.limit ?? group.limit)
  if (!Number.isSafeInteger(limit) || limit < 1) return fail(USAGE, 2)
  const pack = values.packs ?? group.pack
  const sessions = recordedSessions(pack)
  if (sessions === undefined) return fail(`the pack ${pack} is absent`, 1)
  const skipped = new Map<string, number>()
  const written = writePack(
    out,
    `${pack}.${name}${values.renamed ? '.renamed' : ''}`,
    hardSessions(sessions, {
      families: group.families,
      limit,
      renaming: values.renamed ? group.renaming : undefined,
      withBenign: values['with-benign'],
      onSkip: (reason) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1),
    }),
  )
  for (const [reason, count] of skipped) process.stdout.write(`skipped ${count}: ${reason}\n`)
  const { sessionCount, eventCount, eventsPath, labelsPath } = written
  process.stdout.write(`${sessionCount} sessions, ${eventCount} events\n`)
  process.stdout.write(`${eventsPath}\n${labelsPath}\n`)
}

/** The command line; undefined where it has an unknown option. */
function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        packs: { type: 'string' },
        families: { type: 'string' },
        limit: { type: 'string' },
        out: { type: 'string' },
        renamed: { type: 'boolean', default: false },
        'with-benign': { type: 'boolean', default: false },
      },
    })
  } catch {
    return undefined
  }
}

function fail(message: string, code: 1 | 2): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = code
}

main()
