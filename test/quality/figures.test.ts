import { expect, test } from 'vitest'

import type { JudgedSession } from '../../services/cli/quality/measures.ts'
import { figuresOf, recallBy } from './figures.ts'

const DULL: JudgedSession = {
  label: { session_id: 's-0', label: 'benign', suite: 'desk', user_task: 'rooms' },
  isPositive: false,
  verdict: 'none',
  attackerLabelled: new Set(),
  attackerFound: new Set(),
  exposedLabelled: new Set(),
  exposedFound: new Set(),
  alertTimesUs: [],
  actionUs: undefined,
}

test('vectors count among the attacks found, critical recall among sessions labelled so', () => {
  const { vectorFound, criticalRecall, recall } = figuresOf([
    anAttack({ verdict: 'critical', exposedFound: new Set(['e-1', 'e-9']) }),
    anAttack({ verdict: 'high', exposedFound: new Set(['e-9']) }),
    anAttack({ verdict: 'moderate', exposedFound: new Set(['e-1']) }),
    anAttack({ verdict: 'critical', label: labelled('pressure', 'high') }),
    DULL,
  ])
  expect(recall).toMatchObject({ hits: 3, of: 4 })
  expect(vectorFound).toMatchObject({ hits: 1, of: 3 })
  expect(criticalRecall).toMatchObject({ hits: 1, of: 3 })
})

test('sessions without an attack have no precision, but a share of false alarms', () => {
  const { precision, benignFlagged } = figuresOf([DULL, { ...DULL, verdict: 'high' }])
  expect(precision).toMatchObject({ value: undefined, interval: undefined })
  expect(benignFlagged).toMatchObject({ value: 0.5, hits: 1, of: 2 })
})

test('an interval spans what resampled user tasks give', () => {
  const found = anAttack({ verdict: 'high' })
  const missed = anAttack({ verdict: 'none', label: { ...found.label, user_task: 'other' } })
  const { recall } = figuresOf([found, missed])
  expect(recall).toMatchObject({ value: 0.5, interval: { low: 0, high: 1 } })
})

test('recall by name: the worst first, attacks alone', () => {
  const found = anAttack({ verdict: 'high', label: labelled('plea', 'high') })
  const missed = anAttack({ verdict: 'none', label: labelled('pressure', 'high') })
  expect(recallBy([DULL, found, missed], ({ label }) => label.attack ?? '')).toEqual([
    { name: 'pressure', value: 0, hits: 0, of: 1 },
    { name: 'plea', value: 1, hits: 1, of: 1 },
  ])
})

function anAttack(differs: Partial<JudgedSession>): JudgedSession {
  const label = labelled('plea', 'critical:exfiltration')
  return { ...DULL, label, isPositive: true, exposedLabelled: new Set(['e-1']), ...differs }
}

function labelled(attack: string, severity: string): JudgedSession['label'] {
  return { ...DULL.label, label: 'injection_succeeded', attack, severity }
}
