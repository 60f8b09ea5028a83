import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { unpackArchive } from '../../support/archive.ts'
import { sharedFile } from '../../support/shared-data.ts'
import type { LabelledSeries, Profile } from './scorer.ts'

/** The profiles of NAB's scoreboard. */
export const PROFILE_NAMES = ['standard', 'reward_low_FP_rate', 'reward_low_FN_rate'] as const
export type ProfileName = (typeof PROFILE_NAMES)[number]

/** A published result for one series: its scores, and what each row came to, by profile. */
type PublishedResult = { scores: Float64Array; rows: Record<ProfileName, Float64Array> }

export type CorpusSeries = LabelledSeries & {
  group: string
  values: Float64Array
  windowedGaussian: PublishedResult
}

export type Corpus = { series: CorpusSeries[]; profiles: Record<ProfileName, Profile> }

const ARCHIVE = 'nab/nab-train.tar.gz'
const PEER = 'windowedGaussian'

/** The shared groups of the Numenta Anomaly Benchmark; undefined where they are absent. */
export function readCorpus(): Corpus | undefined {
  const path = sharedFile(ARCHIVE)
  if (path === undefined) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-nab-'))
  try {
    unpackArchive(path, directory)
    return { series: readSeries(directory), profiles: readProfiles(directory) }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function readSeries(directory: string): CorpusSeries[] {
  const windows = readJson(directory, 'combined_windows.json') as Record<string, [string, string][]>
  const data = join(directory, 'data')
  return readdirSync(data)
    .sort()
    .flatMap((group) =>
      readdirSync(join(data, group))
        .sort()
        .map((file) => {
          const name = `${group}/${file}`
          const rows = readRows(join(data, group, file))
          const result = join(directory, PEER, group, `${PEER}_${basename(file)}`)
          return {
            name,
            group,
            timesMs: Float64Array.from(rows, ([time = '']) => timeOf(time)),
            values: Float64Array.from(rows, ([, value]) => Number(value)),
            windows: (windows[name] ?? []).map(([first, last]) => [timeOf(first), timeOf(last)]),
            windowedGaussian: readResult(result),
          } satisfies CorpusSeries
        }),
    )
}

function readResult(path: string): PublishedResult {
  const [heading = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = heading.split(',')
  const rows = lines.map((line) => line.split(','))
  const column = (name: string): Float64Array =>
    Float64Array.from(rows, (row) => Number(row[names.indexOf(name)]))
  return {
    scores: column('anomaly_score'),
    rows: {
      standard: column('S(t)_standard'),
      reward_low_FP_rate: column('S(t)_reward_low_FP_rate'),
      reward_low_FN_rate: column('S(t)_reward_low_FN_rate'),
    },
  }
}

function readProfiles(directory: string): Record<ProfileName, Profile> {
  type Costs = Record<ProfileName, { CostMatrix: Profile }>
  const costs = readJson(directory, 'profiles.json') as Costs
  const profileOf = (name: ProfileName): Profile => costs[name].CostMatrix
  return {
    standard: profileOf('standard'),
    reward_low_FP_rate: profileOf('reward_low_FP_rate'),
    reward_low_FN_rate: profileOf('reward_low_FN_rate'),
  }
}

function readRows(path: string): string[][] {
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  return lines.slice(1).map((line) => line.split(','))
}

function readJson(directory: string, name: string): unknown {
  return JSON.parse(readFileSync(join(directory, name), 'utf8'))
}

/** `2014-04-10 07:15:00`, with or without a fraction, as if it were UTC. */
function timeOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
}
