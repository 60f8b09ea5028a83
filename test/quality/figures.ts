import { bootstrapIntervals, type Interval } from '../../services/cli/quality/bootstrap.ts'
import { measure, type JudgedSession, type Share } from '../../services/cli/quality/measures.ts'

/** The measures of the table, in its order. */
export const MEASURE_TITLES = {
  precision: 'precision',
  recall: 'recall',
  benignFlagged: 'benign flagged high or critical',
  attackerPrecision: 'attacker events: precision',
  attackerRecall: 'attacker events: recall',
  vectorFound: 'vector found',
  criticalRecall: 'critical recall',
} as const
export type MeasureName = keyof typeof MEASURE_TITLES

export const MEASURE_NAMES = Object.keys(MEASURE_TITLES) as MeasureName[]

/** One measure over some sessions, with its 95 % interval by user task. */
export type Figure = Share & { interval: Interval }
export type Figures = Readonly<Record<MeasureName, Figure>>

/** The measures of the table over these sessions. Without an attack there is no precision. */
export function figuresOf(sessions: readonly JudgedSession[]): Figures {
  const shares = sharesOf(sessions)
  const intervals = bootstrapIntervals(sessions, (sample) => {
    const resampled = sharesOf(sample)
    return Object.fromEntries(MEASURE_NAMES.map((name) => [name, resampled[name].value]))
  })
  const entries = MEASURE_NAMES.map((name) => {
    const interval = shares[name].value === undefined ? undefined : intervals.get(name)
    return [name, { ...shares[name], interval }]
  })
  return Object.fromEntries(entries) as Figures
}

function sharesOf(sessions: readonly JudgedSession[]): Record<MeasureName, Share> {
  const measures = measure(sessions)
  const { precision, prevalence } = measures
  return prevalence.hits > 0
    ? measures
    : { ...measures, precision: { ...precision, value: undefined } }
}

/** By how much a value is better than another; below 0: worse. */
export function gainOf(name: MeasureName, value: number, other: number): number {
  return name === 'benignFlagged' ? other - value : value - other
}

/** Recall of the verdict by what a session's attack is called, the worst first. */
export function recallBy(
  sessions: readonly JudgedSession[],
  nameOf: (session: JudgedSession) => string,
): (Share & { name: string })[] {
  const attacks = sessions.filter(({ isPositive }) => isPositive)
  return [...Map.groupBy(attacks, nameOf)]
    .map(([name, own]) => ({ name, ...measure(own).recall }))
    .sort((one, other) => (one.value ?? 0) - (other.value ?? 0) || (one.name < other.name ? -1 : 1))
}
