import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { ROOT } from '../../support/checkout.ts'
import { aDirectory } from '../../support/replays.ts'
import { sharedFile } from '../../support/shared-data.ts'
import { readPack } from '../pack-reader.ts'

const hasPacks = sharedFile('agentdojo/valid.plain.events.ndjson.gz') !== undefined

test.for([
  { why: 'no command', given: ['--families', 'seen', '--out', 'x'] },
  { why: 'no directory', given: ['wordings', '--families', 'seen'] },
  { why: 'an unknown group', given: ['wordings', '--families', 'all', '--out', 'x'] },
  { why: 'no number', given: ['wordings', '--families', 'seen', '--out', 'x', '--limit', 'few'] },
  { why: 'an unknown option', given: ['wordings', '--family', 'seen'] },
])('bad usage ends with 2: $why', ({ given }) => {
  const { status, stderr } = command(given)
  expect(status).toBe(2)
  expect(stderr).toMatch(/^usage: wordings /)
})

test('an absent pack ends with 1', () => {
  const given = ['wordings', '--families', 'seen', '--out', 'x', '--packs', 'no-such-pack']
  expect(command(given).status).toBe(1)
})

test.runIf(hasPacks)('unseen wordings are put into the pack for measuring', () => {
  const directory = aDirectory()
  const limit = 13
  const given = ['wordings', '--families', 'unseen', '--renamed', '--out', directory]
  const { status, stdout } = command([...given, '--limit', String(limit)])
  const files = readdirSync(directory).sort()
  const [events = '', labels = ''] = files.map((name) => join(directory, name))
  const sessions = status === 0 ? readPack(events, labels) : []
  rmSync(directory, { recursive: true })
  expect(files).toEqual([
    'valid.unseen.renamed.events.ndjson.gz',
    'valid.unseen.renamed.labels.ndjson.gz',
  ])
  expect(stdout).toMatch(/^13 sessions, \d+ events$/m)
  expect(new Set(sessions.map((session) => session.labels.session.attack)).size).toBe(limit)
})

function command(given: readonly string[]): {
  status: number | null
  stdout: string
  stderr: string
} {
  const main = join(ROOT, 'test/quality/hard/main.ts')
  return spawnSync(process.execPath, [main, ...given], { encoding: 'utf8', cwd: ROOT })
}
