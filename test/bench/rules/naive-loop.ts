import { performance } from 'node:perf_hooks'

import { kindOf, readDocuments } from '#sigma/documents.ts'
import { compileEngine } from '../../../services/detect/sigma/engine.ts'
import type { SigmaEngine } from '../../../services/detect/sigma/engine.ts'
import type { SigmaRule } from '../../../services/detect/sigma/sigma-rule.ts'
import { naiveMatches } from '../../detect/sigma/naive/interpret.ts'
import type { LaneRecord } from './lanes/lane.ts'
import type { Naive } from './protocol.ts'
import type { RuleFile } from './rule-trees.ts'

type NaiveRule = { id: string; plain: Readonly<Record<string, unknown>> }

/** The ids of the rules that an engine matches, sorted. */
export function idsIn(engine: SigmaEngine<SigmaRule>, event: LaneRecord): string[] {
  return engine
    .match(event)
    .map(({ id }) => id)
    .sort()
}

/**
 * Goes rule by rule over one event after another, in two ways and about `seconds` each: the naive
 * interpreter, whose matches are compared with the engine's, and the engine compiled for each rule
 * alone.
 */
export function timeNaive(
  files: readonly RuleFile[],
  events: readonly LaneRecord[],
  engine: SigmaEngine<SigmaRule>,
  seconds: number,
): Naive {
  const rules = readableRules(files, engine)
  let differingCount = 0
  const interpreter = rateOf(events, seconds, (event) => {
    const ids = rules.filter(({ plain }) => naiveMatches(plain, event)).map(({ id }) => id)
    if (ids.sort().join() !== idsIn(engine, event).join()) differingCount += 1
  })
  const engines = engine.rules.map((rule) => compileEngine([rule]))
  const ruleByRule = rateOf(events, seconds, (event) => {
    for (const alone of engines) alone.results(event)
  })
  return {
    eventsCount: interpreter.eventsCount,
    interpreterPerSecond: interpreter.perSecond,
    ruleByRulePerSecond: ruleByRule.perSecond,
    differingCount,
  }
}

function rateOf(
  events: readonly LaneRecord[],
  seconds: number,
  judge: (event: LaneRecord) => void,
): { eventsCount: number; perSecond: number } {
  const startedAtMs = performance.now()
  let [wallMs, eventsCount] = [0, 0]
  for (const event of events) {
    judge(event)
    eventsCount += 1
    wallMs = performance.now() - startedAtMs
    if (wallMs > seconds * 1000) break
  }
  return { eventsCount, perSecond: (eventsCount / wallMs) * 1000 }
}

/** The documents of the rules that the engine runs. */
function readableRules(files: readonly RuleFile[], { rules }: SigmaEngine<SigmaRule>): NaiveRule[] {
  const known = new Set(rules.map(({ id }) => id))
  return files
    .flatMap(({ file, text }) => readDocuments(file, text).documents)
    .filter((document) => kindOf(document) === 'rule')
    .map(({ plain }) => ({ id: textOf(plain['id'] ?? plain['title']), plain }))
    .filter(({ id }) => known.has(id))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
