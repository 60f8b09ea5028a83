import { readdirSync } from 'node:fs'
import { basename } from 'node:path'

import { describe, expect, test } from 'vitest'

import { ROOT, listFiles, readText } from './support/checkout.ts'
import {
  importsOf,
  parseImportTable,
  roomOf,
  whyForbidden,
  withoutComments,
} from './support/import-map.ts'

const FILE_LINES_MAX = 300
const FILE_LINES_MEDIAN_MAX = 80
const LINE_CHARACTERS_MAX = 100
const GENERATED = 'services/lib/domain/records/'
/** Top-level entries of architecture, with the configuration files of the tools. */
const TOP_LEVEL = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'deploy',
  'knip.json',
  'package-lock.json',
  'package.json',
  'schemas',
  'services',
  'sql',
  'test',
  'tsconfig.json',
  'vitest.config.ts',
]
const NOT_TRACKED = ['node_modules', 'dist']

const rooms = parseImportTable(readText('services/README.md'))
const services = listFiles('services', '.ts')
const written = services.filter((path) => !path.startsWith(GENERATED))
const tested = listFiles('test', '.ts')

describe('the import table of services/README.md', () => {
  test.for(services)('%s', (path) => {
    const inside = path.replace('services/', '')
    const broken = importsOf(readText(path)).flatMap((specifier) => {
      const reason = whyForbidden(rooms, inside, specifier)
      return reason === undefined ? [] : [`${specifier}: ${reason}`]
    })
    expect(broken).toEqual([])
  })

  test('names only packages that are dependencies, and every dependency', () => {
    const { dependencies } = JSON.parse(readText('package.json')) as { dependencies: object }
    const named = new Set(rooms.flatMap((room) => room.packages))
    expect([...named].sort()).toEqual(Object.keys(dependencies).sort())
  })

  test('names only rooms that it has', () => {
    const known = new Set([...rooms.map((room) => room.name), 'own', 'lib', 'every', 'room'])
    expect(rooms.flatMap((room) => room.rooms).filter((name) => !known.has(name))).toEqual([])
  })
})

/** What makes an answer depend on more than the arguments; each stands after no letter or dot. */
const IMPURE = [
  /(?<![\w.])Date\.now\b/,
  /(?<![\w.])new Date\(\)/,
  /(?<![\w.])(?:performance|process)\.(?!versions)/,
  /(?<![\w.])Math\.random\b/,
  /(?<![\w.])random(?:UUID|Bytes|Int)\b/,
  /(?<![\w.])set(?:Timeout|Interval|Immediate)\b/,
  /(?<![\w.])(?:await|async)(?![\w:(]*:)\s/,
  /(?<![\w.])(?:console|fetch)\b\s*[.(]/,
]

test.for(services.filter((path) => roomOf(rooms, path.replace('services/', ''))?.isPure))(
  '%s is pure',
  (path) => {
    const code = withoutComments(readText(path))
    expect(IMPURE.flatMap((pattern) => pattern.exec(code)?.[0] ?? [])).toEqual([])
  },
)

describe('shape', () => {
  test('no file is longer than 300 lines', () => {
    expect(longerThan([...written, ...tested], FILE_LINES_MAX)).toEqual([])
  })

  test('the median file has at most 80 lines, generated ones aside', () => {
    const lengths = written.map((path) => lineCount(path)).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(FILE_LINES_MEDIAN_MAX)
  })

  test('no line is longer than 100 characters', () => {
    const long = [...written, ...tested].flatMap((path) =>
      readText(path)
        .split('\n')
        .flatMap((line, index) =>
          line.length > LINE_CHARACTERS_MAX ? [`${path}:${index + 1}`] : [],
        ),
    )
    expect(long).toEqual([])
  })

  test('the linter holds functions to 70 lines', () => {
    const { rules } = JSON.parse(readText('.oxlintrc.json')) as { rules: Record<string, unknown> }
    expect(rules['max-lines-per-function']).toMatchObject(['error', { max: 70 }])
  })

  test('a file is named for its one job', () => {
    const vague = /^(utils?|common|helpers?|types|misc|shared-code|index)\.ts$/
    expect([...written, ...tested].filter((path) => vague.test(basename(path)))).toEqual([])
  })

  test('nothing is left for later, nothing is switched off', () => {
    const forLater = new RegExp(String.raw`\b(?:TO${'DO'}|FIX${'ME'}|XX${'X'})\b`)
    const switchedOff = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo)\b/
    const files = [
      ...services,
      ...tested,
      ...listFiles('schemas', '.ts'),
      ...listFiles('sql', '.sql'),
    ]
    expect(
      files.filter((path) => forLater.test(readText(path)) || switchedOff.test(readText(path))),
    ).toEqual([])
  })

  test('the top level holds what the architecture says and nothing else', () => {
    const entries = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !name.endsWith('.tgz') && !NOT_TRACKED.includes(name),
    )
    expect(entries.sort()).toEqual(TOP_LEVEL)
  })

  test('.ci/run runs the test command of README.md', () => {
    const command = /^readonly TEST_COMMAND='(.+)'$/m.exec(readText('.ci/run'))?.[1]
    expect(command).toBeDefined()
    expect(readText('README.md').split('\n')).toContain(command)
  })
})

function longerThan(paths: readonly string[], linesMax: number): string[] {
  return paths.filter((path) => lineCount(path) > linesMax)
}

function lineCount(path: string): number {
  return readText(path).split('\n').length - 1
}
