import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { loadSigma } from '../../../services/detect/sigma/load.ts'
import { cloneOf } from './rule-clones.ts'
import { readRules, writeTreeOf, type RuleTree } from './rule-trees.ts'

const RULE = {
  title: 'Something ran',
  id: '11111111-1111-4111-8111-111111111111',
  status: 'test',
  level: 'low',
  logsource: { product: 'weaver' },
  detection: {
    ran: { 'path|endswith': ['\\loom.exe', 'ab'], 'count|gt': 3, code: 7 },
    spelt: { 'line|re': 'shuttle[0-9]+', 'from|cidr': '192.0.2.0/24', 'seen|exists': true },
    words: ['shuttle'],
    condition: 'ran and not spelt or words',
  },
}

let directory = ''
let tree: RuleTree

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-rule-trees-'))
  for (const name of ['a', 'b', 'c'])
    writeFileSync(
      join(directory, `${name}.yml`),
      JSON.stringify({ ...RULE, id: name, title: name }),
    )
  tree = { name: 'three', directory, filesCount: 3 }
})

afterEach(() => rmSync(directory, { recursive: true }))

test('a clone looks for other literals and keeps what is no plain text', () => {
  expect(cloneOf(RULE, 1)['detection']).toEqual({
    ran: { 'path|endswith': ['\\lopm.exe', 'ab'], 'count|gt': 3, code: 7 },
    spelt: { 'line|re': 'shuttle[0-9]+', 'from|cidr': '192.0.2.0/24', 'seen|exists': true },
    words: ['shuutle'],
    condition: 'ran and not spelt or words',
  })
})

test('equal rounds give equal clones, and each round other ones', () => {
  expect(cloneOf(RULE, 1)).toEqual(cloneOf(RULE, 1))
  const clones = [1, 2, 3].map((round) => cloneOf(RULE, round))
  expect(new Set(clones.map(({ id }) => id)).size).toBe(3)
  expect(new Set(clones.map(({ detection }) => JSON.stringify(detection))).size).toBe(3)
})

test.for([
  { why: 'fewer than there are', count: 2, titles: ['a', 'b'] },
  { why: 'as many as there are', count: 3, titles: ['a', 'b', 'c'] },
  { why: 'one more', count: 4, titles: ['a', 'b', 'c', 'a (clone 1)'] },
  {
    why: 'more than twice as many',
    count: 7,
    titles: ['a', 'b', 'c', 'a (clone 1)', 'b (clone 1)', 'c (clone 1)', 'a (clone 2)'],
  },
])('a tree of $why: $count rules that load', ({ count, titles }) => {
  const written = writeTreeOf(count, tree, directory)
  const { rules, refused } = loadSigma(readRules(written.directory))
  expect(refused).toEqual([])
  expect(written.filesCount).toBe(count)
  expect(rules.map(({ title }) => title)).toEqual(titles)
})
