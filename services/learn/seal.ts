import { mean, median, medianAbsoluteDeviation, quantileSorted } from 'simple-statistics'

import { BASELINE_FORMAT_VERSION } from '#domain/baseline-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { shareBytes } from './budget.ts'
import { contentOf, countLists, setLists } from './names.ts'
import type { Sample } from './samples.ts'

/** All that is sealed of one agent at one time, as Avro. */
const SEAL_MAX_BYTES = 65_536
const MEASURES_MAX_COUNT = 40
/** A record without its ids, quantiles and names. */
const RECORD_BYTES = 96
const PERCENTS = Array.from({ length: 101 }, (_, percent) => percent)
const QUANTILES_BYTES = PERCENTS.length * 8

/** Whose normal it is: an agent, or the peers that share a server. */
export type Owner = { tenant_id: string; agent_id: string }
/** Which epoch a baseline is sealed for. */
export type EpochSeal = { epoch: number; sealedAtUs: number }

/**
 * What is normal, computed anew from samples: for each measure mean, median, median absolute
 * deviation and the percentiles 0 to 100; for each set of names when each was last seen; for each
 * table what was done how often, decayed. Sorted by measure; at most `SEAL_MAX_BYTES` together, and
 * each baseline says how many names that cost it. What only `gone` samples speak of is sealed as
 * unknown, so that nothing earlier stays in force.
 */
export function sealBaselines(
  owner: Owner,
  samples: readonly Sample[],
  seal: EpochSeal,
  gone: readonly Sample[] = [],
): Baseline[] {
  const since = samples.reduce((oldest, { ended_at }) => Math.min(oldest, ended_at), Infinity)
  const blank = blankOf(owner, seal, since)
  const numbers = numberBaselines(samples, blank)
  const lists = [...setLists(samples), ...countLists(samples, seal.sealedAtUs)]
  const idBytes = Buffer.byteLength(owner.tenant_id + owner.agent_id)
  const spentBytes =
    numbers.length * QUANTILES_BYTES + (numbers.length + lists.length) * (RECORD_BYTES + idBytes)
  const kept = shareBytes(
    lists.map(({ entries }) => entries),
    SEAL_MAX_BYTES - spentBytes,
  )
  const named = lists.map((list, index): Baseline => {
    const { measure, kind, samplesCount } = list
    const content = contentOf(list, kept[index] ?? 0)
    return { ...blank, measure, kind, samples_count: samplesCount, ...content }
  })
  const known = [...numbers, ...named]
  const unknown = unknownBaselines(gone, new Set(known.map(({ measure }) => measure)), blank)
  return [...known, ...unknown].sort((one, other) => (one.measure < other.measure ? -1 : 1))
}

/** For each measure of these samples that is not among the known: nothing is known of it. */
function unknownBaselines(
  gone: readonly Sample[],
  known: ReadonlySet<string>,
  blank: Baseline,
): Baseline[] {
  const kinds = new Map<string, Baseline['kind']>()
  for (const { measures, sets, counts } of gone) {
    for (const measure of Object.keys(measures)) kinds.set(measure, 'number')
    for (const measure of Object.keys(sets)) kinds.set(measure, 'set')
    for (const measure of Object.keys(counts)) kinds.set(measure, 'counts')
  }
  return [...kinds]
    .filter(([measure]) => !known.has(measure))
    .map(([measure, kind]): Baseline => ({ ...blank, measure, kind }))
}

function numberBaselines(samples: readonly Sample[], blank: Baseline): Baseline[] {
  const values = new Map<string, number[]>()
  for (const { measures } of samples) {
    for (const [measure, value] of Object.entries(measures)) {
      const known = values.get(measure)
      if (known === undefined) values.set(measure, [value])
      else known.push(value)
    }
  }
  const measures = [...values.keys()].sort().slice(0, MEASURES_MAX_COUNT)
  return measures.map((measure): Baseline => {
    const sorted = (values.get(measure) ?? []).sort((one, other) => one - other)
    return {
      ...blank,
      measure,
      kind: 'number',
      samples_count: sorted.length,
      mean: mean(sorted),
      median: median(sorted),
      mad: medianAbsoluteDeviation(sorted),
      quantiles: PERCENTS.map((percent) => quantileSorted(sorted, percent / 100)),
    }
  })
}

function blankOf(owner: Owner, { epoch, sealedAtUs }: EpochSeal, sinceUs: number): Baseline {
  const { tenant_id, agent_id } = owner
  return {
    tenant_id,
    agent_id,
    measure: '',
    epoch,
    kind: 'number',
    sealed_at: sealedAtUs,
    samples_count: 0,
    mean: null,
    median: null,
    mad: null,
    quantiles: [],
    last_seen: {},
    revision: 1,
    counts: {},
    evicted_count: 0,
    since_at: Number.isFinite(sinceUs) ? sinceUs : null,
    format_version: BASELINE_FORMAT_VERSION,
  }
}

/** The record that says: every baseline up to and with this epoch has been written. */
export function markerOf(measure: string, seal: EpochSeal): Baseline {
  const owner = { tenant_id: '-', agent_id: '~' }
  return { ...blankOf(owner, seal, Infinity), measure, kind: 'marker' }
}
