import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

import { compileEngine } from '../../../services/detect/sigma/engine.ts'
import type { SigmaEngine } from '../../../services/detect/sigma/engine.ts'
import { loadSigma } from '../../../services/detect/sigma/load.ts'
import type { SigmaRule } from '../../../services/detect/sigma/sigma-rule.ts'
import { LANES, laneLines } from './lanes.ts'
import type { LaneRecord } from './lanes/lane.ts'
import { idsIn, timeNaive } from './naive-loop.ts'
import type { Answer, Assignment, Command, Loaded, Naive, Timing, Way } from './protocol.ts'
import { readRules } from './rule-trees.ts'
import { timePasses } from './timing.ts'

/**
 * The process that is measured, and nothing beside it: one tree, one file of events, our engine.
 * It answers the commands of the bench one by one, so that a peer can have its turn in between.
 */

type Engine = SigmaEngine<SigmaRule>
type Rules = ReturnType<typeof loadSigma>['rules']

/** An engine works itself in for this long before anything is timed. */
const WARMING_MS = 1500
const UNSEEN_COUNT = 10_000
/** Making them takes longer than judging them. */
const UNSEEN_PASSES_MAX = 4
/** Seeds of events that no pass has seen, apart from the one that lanes are written with. */
const UNSEEN_SEED = 1000

const assignment = JSON.parse(process.argv[2] ?? '{}') as Assignment
const { lane, rulesDirectory } = assignment
const compiled = new Map<boolean, Engine>()
let loadedRules: Rules | undefined
let laneText: string[] | undefined
let unseenCount = 0

process.on('message', (command: Command) => {
  process.send?.(answer(command))
})

function answer(command: Command): Answer {
  if (command.kind === 'load') return { loaded: load() }
  const engine = engineFor(command.kind !== 'naive' && command.isTold)
  if (command.kind === 'time') return { timing: time(engine, command.way, command.seconds) }
  if (command.kind === 'naive') return { naive: naive(engine, command.seconds) }
  writeMatches(engine, command.path)
  return {}
}

function load(): Loaded {
  globalThis.gc?.()
  const rssBefore = process.memoryUsage().rss
  const startedAtMs = performance.now()
  const files = readRules(rulesDirectory)
  const { rules, refused } = loadSigma(files)
  loadedRules = rules
  compiled.set(false, compileEngine(rules))
  const loadMs = performance.now() - startedAtMs
  return {
    filesCount: files.length,
    rulesCount: rules.length,
    refusedCount: refused.length,
    loadMs,
    rssGrowthBytes: process.memoryUsage().rss - rssBefore,
  }
}

function engineFor(isTold: boolean): Engine {
  const known = compiled.get(isTold)
  if (known !== undefined) return known
  loadedRules ??= loadSigma(readRules(rulesDirectory)).rules
  const { logsource } = lane
  const engine =
    isTold && logsource !== undefined
      ? compileEngine(loadedRules, { logsource })
      : compileEngine(loadedRules)
  compiled.set(isTold, engine)
  warm(engine)
  return engine
}

function warm(engine: Engine): void {
  const startedAtMs = performance.now()
  while (performance.now() - startedAtMs < WARMING_MS) resultsOf(engine, parsed(lines()))
}

function time(engine: Engine, way: Way, seconds: number): Timing {
  const untouched = { eventsCount: lines().length, seconds, prepare: () => undefined }
  if (way === 'unparsed')
    return timePasses({ ...untouched, run: () => resultsOfLines(engine, lines()) })
  let events = parsed(lines())
  const run = (): number => resultsOf(engine, events)
  if (way === 'repeated') return timePasses({ ...untouched, run })
  const prepare = (): void => {
    events = way === 'unseen' ? unseen() : parsed(lines())
    collectGarbage()
  }
  if (way === 'fresh') return timePasses({ ...untouched, prepare, run })
  return timePasses({
    ...untouched,
    eventsCount: UNSEEN_COUNT,
    passesMax: UNSEEN_PASSES_MAX,
    prepare,
    run,
  })
}

function naive(engine: Engine, seconds: number): Naive {
  return timeNaive(readRules(rulesDirectory), parsed(lines()), engine, seconds)
}

/** Builds every result; they are let go like alerts that have been sent. */
function resultsOf(engine: Engine, events: readonly LaneRecord[]): number {
  let matchesCount = 0
  for (const event of events) matchesCount += engine.results(event).length
  return matchesCount
}

function resultsOfLines(engine: Engine, eventLines: readonly string[]): number {
  let matchesCount = 0
  for (const line of eventLines)
    matchesCount += engine.results(JSON.parse(line) as LaneRecord).length
  return matchesCount
}

function writeMatches(engine: Engine, path: string): void {
  writeFileSync(
    path,
    parsed(lines())
      .map((event) => `${JSON.stringify(idsIn(engine, event))}\n`)
      .join(''),
  )
}

function lines(): string[] {
  laneText ??= readFileSync(lane.path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return laneText
}

function parsed(eventLines: readonly string[]): LaneRecord[] {
  return eventLines.map((line) => JSON.parse(line) as LaneRecord)
}

/** More events like the lane's: other ones each time. */
function unseen(): LaneRecord[] {
  const made = LANES.find(({ name }) => name === lane.name)
  if (made === undefined) return []
  unseenCount += 1
  return parsed(laneLines(made, UNSEEN_COUNT, UNSEEN_SEED + unseenCount))
}

/** What preparing left behind is not for the pass to clear away. */
function collectGarbage(): void {
  globalThis.gc?.({ type: 'minor' })
  globalThis.gc?.({ type: 'minor' })
}
