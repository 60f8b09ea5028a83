import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDocuments } from '#sigma/documents.ts'
import { compileEngine } from '../../../services/detect/sigma/engine.ts'
import { loadSigma } from '../../../services/detect/sigma/load.ts'
import { sharedFile } from '../../support/shared-data.ts'
import { readSigmaTree } from './generate/sigma-tree.ts'
import type { RuleFile } from './generate/sigma-tree.ts'
import { naiveMatches } from './naive/interpret.ts'

type Plain = Readonly<Record<string, unknown>>
/** Recorded events, and how many of them a rule must match; null means at least one. */
type Case = { rule_id: string; match_count: number | null; events: readonly Plain[] }
type Counted = { rule_id: string; matchesCount: number }

const path = sharedFile('../conformance/sigma/regression.ndjson')
const files = readSigmaTree() ?? []
const cases = path === undefined ? [] : readCases(path)

describe.skipIf(cases.length === 0 || files.length === 0)('202 recorded attacks', () => {
  const fileById = new Map(files.map((each) => [idOf(each), each]))

  test('172 state how many events match, 30 that at least one does', () => {
    expect(cases).toHaveLength(202)
    expect(cases.filter(({ match_count }) => match_count !== null)).toHaveLength(172)
  })

  test('each rule alone matches its events', () => {
    const wrong = wrongCases(({ rule_id, events }) => {
      const { rules } = loadSigma([fileById.get(rule_id)!])
      const engine = compileEngine(rules)
      return events.filter((event) => engine.match(event).length === 1).length
    })
    expect(wrong).toEqual([])
  })

  test('each rule among all rules matches its events', () => {
    const engine = compileEngine(loadSigma(files).rules)
    const wrong = wrongCases(
      ({ rule_id, events }) =>
        events.filter((event) => engine.match(event).some(({ id }) => id === rule_id)).length,
    )
    expect(wrong).toEqual([])
  })

  test('so does the interpreter that the engine is compared with', () => {
    const wrong = wrongCases(({ rule_id, events }) => {
      const { file, text } = fileById.get(rule_id)!
      const rule = readDocuments(file, text).documents[0]!.plain
      return events.filter((event) => naiveMatches(rule, event)).length
    })
    expect(wrong).toEqual([])
  })
})

/** The cases whose count of matches is not the one they state. */
function wrongCases(countOf: (each: Case) => number): Counted[] {
  return cases.flatMap((each): Counted[] => {
    const matchesCount = countOf(each)
    const isRight = each.match_count === null ? matchesCount > 0 : matchesCount === each.match_count
    return isRight ? [] : [{ rule_id: each.rule_id, matchesCount }]
  })
}

function readCases(file: string): Case[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Case)
}

const idOf = ({ file, text }: RuleFile): unknown =>
  readDocuments(file, text).documents[0]?.plain['id']
