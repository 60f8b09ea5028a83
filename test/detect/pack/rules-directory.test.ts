import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { loadRules } from '../load-rules.ts'
import { ruleText } from '../a-rule.ts'

const made: string[] = []

function directoryOf(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-rules-'))
  made.push(directory)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
})

const OTHER_ID = '22222222-2222-4222-8222-222222222222'

test('good rules stand beside refused ones', () => {
  const directory = directoryOf({
    'data/a-rule.yml': ruleText(),
    'data/bad.yml': ruleText({ name: 'bad', level: 'severe', id: OTHER_ID }),
    'model/another.yml': ruleText({ id: OTHER_ID }),
    'model/same-id.yml': ruleText({ name: 'same-id' }),
    'notes.txt': 'no rule',
    'z/a-rule.yml': ruleText({ id: OTHER_ID }),
  })
  const pack = loadRules(directory)
  expect(pack.rules.map((rule) => rule.name)).toEqual(['a-rule'])
  expect(pack.refused).toMatchObject([
    { file: 'data/bad.yml', reason: expect.stringContaining('level') },
    { file: 'model/another.yml', reason: 'the file is not named for its rule, a-rule' },
    { file: 'model/same-id.yml', reason: 'another rule has this id' },
    { file: 'z/a-rule.yml', reason: 'another rule has this name' },
  ])
})

test('the version of a pack changes with any text or path, and with nothing else', () => {
  const versionOf = (files: Record<string, string>): string =>
    loadRules(directoryOf(files)).packVersion
  const version = versionOf({ 'a-rule.yml': ruleText() })
  expect(versionOf({ 'a-rule.yml': ruleText() })).toBe(version)
  expect(versionOf({ 'x/a-rule.yml': ruleText() })).not.toBe(version)
  expect(versionOf({ 'a-rule.yml': ruleText({ title: 'Another' }) })).not.toBe(version)
})

test('a directory that is not there is the fault of the world', () => {
  expect(() => loadRules('/nonexistent/rules')).toThrow(
    expect.objectContaining({ code: 'BAD_RULES' }),
  )
})
