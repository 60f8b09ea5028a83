import { mean, median, medianAbsoluteDeviation, quantileSorted } from 'simple-statistics'

import type { Baseline } from '#domain/records/index.ts'
import type { AgentSamples } from './samples.ts'

const PERCENTS = Array.from({ length: 101 }, (_, percent) => percent)
const NAMES_MAX_COUNT = 1_000

/** Which epoch a baseline is sealed for. */
export type EpochSeal = { epoch: number; sealedAtUs: number }

/**
 * What is normal for an agent, computed anew from its samples: for each measure mean, median,
 * median absolute deviation and the percentiles 0 to 100; for each set of names when each was last
 * seen. Sorted by measure.
 */
export function sealBaselines(agent: AgentSamples, seal: EpochSeal): Baseline[] {
  const numbers = new Map<string, number[]>()
  const sets = new Map<string, Map<string, number>>()
  for (const sample of agent.samples) {
    for (const [measure, value] of Object.entries(sample.measures))
      mapEntry(numbers, measure, () => []).push(value)
    for (const [measure, names] of Object.entries(sample.sets)) {
      const lastSeen = mapEntry(sets, measure, () => new Map<string, number>())
      for (const name of names)
        lastSeen.set(name, Math.max(lastSeen.get(name) ?? 0, sample.ended_at))
    }
  }
  const count = agent.samples.length
  const baselines = [
    ...[...numbers].map(([measure, values]) => numberBaseline(agent, seal, measure, values)),
    ...[...sets].map(([measure, seen]) => setBaseline(agent, seal, measure, seen, count)),
  ]
  return baselines.sort((one, other) => (one.measure < other.measure ? -1 : 1))
}

function numberBaseline(
  agent: AgentSamples,
  seal: EpochSeal,
  measure: string,
  values: number[],
): Baseline {
  const sorted = [...values].sort((one, other) => one - other)
  return {
    ...identity(agent, seal, measure),
    kind: 'number',
    samples_count: sorted.length,
    mean: mean(sorted),
    median: median(sorted),
    mad: medianAbsoluteDeviation(sorted),
    quantiles: PERCENTS.map((percent) => quantileSorted(sorted, percent / 100)),
    last_seen: {},
  }
}

function setBaseline(
  agent: AgentSamples,
  seal: EpochSeal,
  measure: string,
  lastSeen: Map<string, number>,
  samplesCount: number,
): Baseline {
  const newest = [...lastSeen]
    .sort(([one, oneUs], [other, otherUs]) => otherUs - oneUs || (one < other ? -1 : 1))
    .slice(0, NAMES_MAX_COUNT)
  return {
    ...identity(agent, seal, measure),
    kind: 'set',
    samples_count: samplesCount,
    mean: null,
    median: null,
    mad: null,
    quantiles: [],
    last_seen: Object.fromEntries(newest.sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

function identity(
  agent: AgentSamples,
  seal: EpochSeal,
  measure: string,
): Pick<Baseline, 'tenant_id' | 'agent_id' | 'measure' | 'epoch' | 'sealed_at' | 'revision'> {
  const { tenant_id, agent_id } = agent
  return {
    tenant_id,
    agent_id,
    measure,
    epoch: seal.epoch,
    sealed_at: seal.sealedAtUs,
    revision: 1,
  }
}

function mapEntry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
