import { rmSync } from 'node:fs'

import { expect, test } from 'vitest'

import type { Log } from '#domain/log.ts'
import type { RuleDocument, RuleState } from '#domain/records/index.ts'
import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { nearestNames } from '../../services/cli/rules/nearest.ts'
import { takenChanges, type RuleBook } from '../../services/cli/rules/rule-book.ts'
import {
  planChanges,
  type ChangePlan,
  type ChangeRequest,
  type RequestedRule,
} from '../../services/cli/rules/rule-changes.ts'
import { openRuleDesk } from '../../services/cli/rules/rule-desk.ts'
import { openWorld } from '../../services/cli/world.ts'
import { readPack } from '../../services/detect/pack/pack.ts'
import { compileRuleSet } from '../../services/detect/pack/rule-set.ts'
import { ruleText } from '../detect/a-rule.ts'
import { aDirectory } from '../support/replays.ts'

const NOW_US = 1_000_000
const idOf = (number: number): string => `44444444-4444-4444-8444-00000000000${number}`
const textOf = (name: string, number: number, differs: Record<string, unknown> = {}): string =>
  ruleText({ name, id: idOf(number), ...differs })
const fileOf = (name: string, number: number, differs: Record<string, unknown> = {}) => ({
  file: `${name}.yml`,
  text: textOf(name, number, differs),
})

const aCorrelation = (name: string, number: number): string => `title: Bases of ${name}
name: ${name}
id: ${idOf(number)}
level: low
correlation:
  type: event_count
  rules: [base]
  group-by: [session_id]
  timespan: 1h
  condition: { gte: 2 }
`
const COUNTING = aCorrelation('counting', 9)
const FILES = [
  fileOf('base', 1),
  { file: 'counting.yml', text: COUNTING },
  { file: 'first.yml', text: `${textOf('first', 2)}---\n${aCorrelation('second', 8)}` },
]

function aBook(changes: readonly RuleDocument[] = []): RuleBook {
  const pack = readPack(FILES)
  return { files: FILES, placeholders: {}, pack, base: compileRuleSet(FILES), changes }
}

function plan(state: RuleState, rules: RequestedRule[], book = aBook()): ChangePlan {
  return planChanges(book, { state, by: 'an analyst', effectiveAtUs: 7, rules }, NOW_US)
}

const later = (book: RuleBook, ...plans: ChangePlan[]): RuleBook => ({
  ...book,
  changes: [...book.changes, ...plans.flatMap(({ changed }) => changed)],
})

test('the world of these tests is sound', () => {
  expect(aBook().pack.refused).toEqual([])
})

test('a staged rule: its text, its version and the pack that holds from then on', () => {
  const { changed, ...rest } = plan('staged', [fileOf('new', 3)])
  expect(rest).toEqual({ unchanged: [], notes: [], refused: [] })
  expect(changed).toEqual([
    {
      rule_id: idOf(3),
      name: 'new',
      rule_version: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      state: 'staged',
      text: textOf('new', 3),
      pack_version: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      changed_at: NOW_US,
      changed_by: 'an analyst',
      revision: 1,
      effective_at: 7,
    },
  ])
  expect(changed[0]?.pack_version).not.toBe(aBook().base.version)
})

test('promoted by name: the staged text, the next revision', () => {
  const staged = plan('staged', [fileOf('new', 3)])
  const { changed } = plan('live', [{ name: 'new' }], later(aBook(), staged))
  expect(changed).toMatchObject([{ state: 'live', text: textOf('new', 3), revision: 2 }])
})

test('the name of a retired rule, given to another: the other is meant', () => {
  const first = plan('live', [fileOf('new', 3)])
  const book = later(aBook(), first)
  const retired = plan('retired', [{ name: 'new' }], book)
  const again = later(book, retired)
  const staged = plan('staged', [fileOf('new', 4)], again)
  const { changed } = plan('live', [{ name: 'new' }], later(again, staged))
  expect(changed).toMatchObject([{ rule_id: idOf(4), state: 'live', revision: 2 }])
})

test.for([
  { why: 'staged with the same text', state: 'staged', asked: fileOf('new', 3) },
  { why: 'live in the pack, by name', state: 'live', asked: { name: 'base' } },
  { why: 'live in the pack, by id', state: 'live', asked: { name: idOf(1) } },
  { why: 'live in the pack, by file', state: 'live', asked: FILES[0]! },
] as const)('unchanged: $why', ({ state, asked }) => {
  const book = later(aBook(), plan('staged', [fileOf('new', 3)]))
  const { changed, unchanged, refused } = plan(state, [asked], book)
  expect({ changed, refused }).toEqual({ changed: [], refused: [] })
  expect(unchanged).toHaveLength(1)
})

test('another text is a change', () => {
  const book = later(aBook(), plan('staged', [fileOf('new', 3)]))
  expect(plan('staged', [fileOf('new', 3, { level: 'high' })], book).changed).toHaveLength(1)
})

test.for([
  {
    why: 'a correlation',
    asked: { file: 'counting.yml', text: COUNTING },
    says: 'counting.yml:1: a correlation is changed by files and a restart',
  },
  {
    why: 'two rules in a file',
    asked: { file: 'new.yml', text: `${textOf('new', 3)}---\n${textOf('other', 4)}` },
    says: 'new.yml:1: the file holds more than one rule',
  },
  { why: 'nothing in a file', asked: { file: 'new.yml', text: '# no' }, says: 'holds no rule' },
  { why: 'no YAML', asked: { file: 'new.yml', text: 'a: [' }, says: 'new.yml:1: not YAML' },
  {
    why: 'a text too long for a record',
    asked: { file: 'new.yml', text: `${textOf('new', 3)}#${'x'.repeat(512 * 1024)}` },
    says: 'the rule is too long',
  },
  { why: 'a name that is taken', asked: fileOf('base', 3), says: 'another rule has this name' },
  {
    why: 'a rule whose file of the pack holds others',
    asked: fileOf('first', 2, { level: 'high' }),
    says: 'first.yml holds this rule among others',
  },
])('refused: $why', ({ asked, says }) => {
  const { changed, refused } = plan('live', [asked])
  expect(refused.map(({ line }) => line).join('\n')).toContain(says)
  expect(changed).toEqual([])
})

test('one id twice in a request: refused', () => {
  const { refused } = plan('staged', [fileOf('new', 3), fileOf('newer', 3)])
  expect(refused).toMatchObject([{ line: 'newer.yml:1: the request has its id twice' }])
})

test('a live rule that is staged falls silent: a note says so', () => {
  const { notes, changed } = plan('staged', [fileOf('base', 1, { level: 'high' })])
  expect(notes).toEqual(['base is live: from then on it alerts nobody until promoted'])
  expect(changed).toHaveLength(1)
})

test('a retired rule that a correlation counts: a note says which', () => {
  const { notes, changed } = plan('retired', [{ name: 'base' }])
  expect(notes.join('\n')).toContain('counting.yml')
  expect(changed).toMatchObject([{ state: 'retired', revision: 1 }])
})

test('a retired rule whose correlation keeps another silent: refused, for that would alert', () => {
  const files = [
    fileOf('base', 1),
    fileOf('other', 2),
    { file: 'both.yml', text: aCorrelation('both', 9).replace('[base]', '[base, other]') },
  ]
  const book = { ...aBook(), files, pack: readPack(files), base: compileRuleSet(files) }
  const { changed, refused } = plan('retired', [{ name: 'base' }], book)
  expect(refused.map(({ line }) => line).join('\n')).toMatch(/^other would alert, .*: both\.yml$/)
  expect(changed).toEqual([])
  const all = plan('retired', [{ name: 'base' }, { name: 'other' }], book)
  expect(all.refused).toEqual([])
})

test('what a change before left out is not told again', () => {
  const retired = plan('retired', [{ name: 'base' }])
  const { notes } = plan('staged', [fileOf('new', 3)], later(aBook(), retired))
  expect(notes).toEqual([])
})

test('of one revision the first counts, whatever comes after it', () => {
  const [change] = plan('staged', [fileOf('new', 3)]).changed
  const first = change!
  const second = { ...first, state: 'live' as const, revision: 2 }
  const late = { ...first, state: 'retired' as const }
  expect(takenChanges([first, late, second, late])).toEqual([first, second])
})

test.for([
  { why: 'a letter is missing', name: 'injection-sen', near: ['injection-seen'] },
  { why: 'a part of it', name: 'payment', near: ['unrequested-payment'] },
  { why: 'nothing is like it', name: 'zzzz', near: [] },
])('nearest names: $why', ({ name, near }) => {
  expect(nearestNames(name, ['injection-seen', 'unrequested-payment', 'base'])).toEqual(near)
})

/** The embedded log, taken for one that several processes write. */
function asShared(log: Log, beforeSending: () => Promise<unknown>): Log {
  return {
    ...(log as object),
    kind: 'kafka',
    laneCount: log.laneCount,
    readToEnd: (from, chunkMaxCount) => log.readToEnd(from, chunkMaxCount),
    openSender: async () => {
      await beforeSending()
      return log.openSender()
    },
  } as Log
}

test('two who change a rule at once on a shared log: the second is told', async () => {
  const directory = aDirectory()
  const settings = readSettings({ TOCSIN_PARTITIONS: '1' })
  const world = await openWorld(settings, directory, 'power_cut', createLogger('silent'))
  try {
    await world.log.createTopics()
    const request = (state: RuleState): ChangeRequest => ({
      state,
      by: null,
      effectiveAtUs: 0,
      rules: [fileOf('new', 3)],
    })
    const quicker = openRuleDesk(world, settings, () => 1)
    const log = asShared(world.log, () => quicker.change(request('live')))
    const slower = openRuleDesk({ ...world, log }, settings, () => 2)
    const { refused } = await slower.change(request('staged'))
    expect(refused.map(({ line }) => line)).toEqual([
      'new was changed by somebody else at the same moment; look and try again',
    ])
    const listed = (await quicker.list()).find(({ name }) => name === 'new')
    expect(listed).toMatchObject({ state: 'live' })
  } finally {
    await world.close()
    rmSync(directory, { recursive: true })
  }
})

test('requests at one desk wait for each other: each has its own revision', async () => {
  const directory = aDirectory()
  const settings = readSettings({ TOCSIN_PARTITIONS: '1' })
  const world = await openWorld(settings, directory, 'power_cut', createLogger('silent'))
  try {
    await world.log.createTopics()
    const desk = openRuleDesk(world, settings, () => 1)
    const common = { by: null, effectiveAtUs: 0, rules: [fileOf('new', 3)] }
    const plans = await Promise.all([
      desk.change({ ...common, state: 'staged' }),
      desk.change({ ...common, state: 'live' }),
      desk.change({ ...common, state: 'live' }),
    ])
    const revisions = plans.map(({ changed }) => changed.map(({ revision }) => revision))
    expect(revisions).toEqual([[1], [2], []])
  } finally {
    await world.close()
    rmSync(directory, { recursive: true })
  }
})
