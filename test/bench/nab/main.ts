import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { SeriesDetector } from '../../../services/correlate/series/series-detector.ts'
import { readCorpus, type Corpus, type CorpusSeries } from './corpus.ts'
import { renderReport, type Cost } from './report.ts'
import { gradeSeries, type Scored } from './scorer.ts'

const REPORT = fileURLToPath(new URL('report.md', import.meta.url))
/** The one setting, for all series: what was told is not told again within so many points. */
const REFRACTORY_COUNT = 400
const PASSES_COUNT = 9
const MS_US = 1_000

/** Scores the series detector on the shared groups of NAB; ends with 1 where a goal is missed. */
function main(): void {
  const corpus = readCorpus()
  if (corpus === undefined) {
    process.stderr.write('SKIPPED: no series (TOCSIN_SHARED_DIR)\n')
    return
  }
  const scored = scoredBy(corpus, detectorScores)
  const peer = scoredBy(corpus, ({ windowedGaussian }) => windowedGaussian.scores)
  const { report, isMet } = renderReport(corpus, { scored, peer, cost: costOf(corpus) }, commit())
  writeFileSync(REPORT, report)
  process.stdout.write(report)
  if (!isMet) process.exitCode = 1
}

function scoredBy({ series }: Corpus, scoresOf: (series: CorpusSeries) => Float64Array): Scored[] {
  return series.map((one) => ({ series: gradeSeries(one), scores: scoresOf(one) }))
}

function detectorScores({ timesMs, values }: CorpusSeries): Float64Array {
  const detector = newDetector()
  return Float64Array.from(values, (value, row) => {
    return detector.read(timesMs[row]! * MS_US, value).score
  })
}

function newDetector(): SeriesDetector {
  return new SeriesDetector({ refractoryCount: REFRACTORY_COUNT, spreadMin: 0 })
}

/** Processor time a point: of whole passes over all series, the median of those after the first. */
function costOf({ series }: Corpus): Cost {
  const pointsCount = series.reduce((sum, { values }) => sum + values.length, 0)
  const passes: number[] = []
  for (let pass = 0; pass <= PASSES_COUNT; pass++) {
    const before = process.cpuUsage()
    for (const one of series) detectorScores(one)
    const { user, system } = process.cpuUsage(before)
    if (pass > 0) passes.push((user + system) / pointsCount)
  }
  passes.sort((one, other) => one - other)
  return { pointsCount, medianUs: passes[PASSES_COUNT >> 1]!, worstUs: passes.at(-1)! }
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}

main()
