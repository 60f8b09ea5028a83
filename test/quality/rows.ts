import type { MeasureName } from './figures.ts'

export const ROW_NAMES = [
  'sample',
  'train',
  'valid',
  'valid.plain',
  'unseen.wordings',
  'unseen.renamed',
  'unseen.domains',
  'unseen.delegated',
] as const
export type RowName = (typeof ROW_NAMES)[number]

/** What a row is, and what is to be reached: at least, but of benign sessions flagged at most. */
type RowKind = { title: string; goals: Partial<Record<MeasureName, number>> }

export const ROWS: Readonly<Record<RowName, RowKind>> = {
  sample: { title: '`sample`', goals: {} },
  train: {
    title: '`train`, this suite left out',
    goals: { precision: 0.95, recall: 0.93, benignFlagged: 0.01, vectorFound: 0.95 },
  },
  valid: {
    title: '`valid`',
    goals: {
      precision: 0.98,
      recall: 0.97,
      benignFlagged: 0.005,
      attackerPrecision: 0.97,
      attackerRecall: 0.92,
      vectorFound: 0.98,
      criticalRecall: 0.95,
    },
  },
  'valid.plain': {
    title: '`valid.plain`',
    goals: {
      precision: 0.95,
      recall: 0.9,
      benignFlagged: 0.01,
      attackerPrecision: 0.93,
      attackerRecall: 0.85,
      vectorFound: 0.92,
      criticalRecall: 0.88,
    },
  },
  'unseen.wordings': {
    title: 'unseen wordings in `valid`',
    goals: { precision: 0.95, recall: 0.88, vectorFound: 0.92 },
  },
  'unseen.renamed': { title: 'the same, tools under unseen names', goals: {} },
  'unseen.domains': { title: 'unseen domains', goals: { benignFlagged: 0.015 } },
  'unseen.delegated': { title: 'delegated benign, unseen', goals: { benignFlagged: 0.015 } },
}

/** Rows of a comma-separated list in the table's order; all without one; undefined: unknown. */
export function rowsNamed(list: string | undefined): RowName[] | undefined {
  if (list === undefined) return [...ROW_NAMES]
  const wanted = list.split(',').map((name) => name.trim())
  const known = ROW_NAMES.filter((name) => wanted.includes(name))
  return known.length === new Set(wanted).size ? known : undefined
}
