import { expect, test } from 'vitest'

import type { JudgedSession } from '../../services/cli/quality/measures.ts'
import { figuresOf } from './figures.ts'
import { readBlock } from './report-block.ts'
import { figureLines, renderReport, type ScoredRow } from './report.ts'
import type { RowName } from './rows.ts'

const RUN = {
  commit: 'abc1234',
  modelSha256: 'f'.repeat(64),
  steps: [{ name: 'valid: replay', tookS: 61.25 }],
}

test('a goal that is met and one that is missed stand beside their values', () => {
  const text = renderReport([aRow('valid', 'high', 'none')], RUN)
  expect(text).toContain('1.000 (1.000–1.000) of 1; ≥ 0.98 met')
  expect(text).toContain('- `valid`: recall 0.500, ≥ 0.97 missed')
  expect(text).toMatch(/^\d of \d met\.$/m)
  expect(text).toContain('| valid: replay | 61.3 |')
})

test('the report says of what commit it is, what is derived, and which rows it lacks', () => {
  const text = renderReport([aRow('valid', 'high', 'high')], RUN)
  expect(text).toContain('Commit abc1234')
  expect(text).toMatch(/data- and network-layer events are\s+derived/)
  expect(text).toContain('Not scored in this run: sample, train, valid.plain, ')
})

test('unseen wordings are told by family, unseen domains by what the attack did', () => {
  const rows = [aRow('unseen.wordings', 'high', 'none'), aRow('unseen.domains', 'high', 'none')]
  const text = renderReport(rows, RUN)
  expect(text).toContain('| plea | 0.000 (0 of 1) |')
  expect(text).toContain('| undelegated wish | 1.000 (1 of 1) |')
  expect(text).toContain('| critical:persistence | 0.000 (0 of 1) |')
})

test('what programs read are the values of the table', () => {
  const row = aRow('valid', 'high', 'none')
  expect(readBlock(renderReport([row], RUN))).toMatchObject({
    valid: { precision: 1, recall: 0.5, benignFlagged: null },
  })
})

test('on a terminal a measure without anything to count has no line', () => {
  const lines = figureLines([aRow('valid', 'high', 'none')])
  expect(lines).toContainEqual([
    'valid',
    'recall',
    '0.500',
    '1 of 2',
    '0.000–1.000',
    '≥ 0.97 missed',
  ])
  expect(lines.filter(([, measure]) => measure?.startsWith('benign'))).toEqual([])
})

/** A row of two attacked sessions of different user tasks, with these verdicts. */
function aRow(
  row: RowName,
  first: JudgedSession['verdict'],
  second: JudgedSession['verdict'],
): ScoredRow {
  const sessions = [
    anAttack('rooms', 'undelegated_invoice', 'high', first),
    anAttack('desks', 'plea', 'critical:persistence', second),
  ]
  return { name: row, row, title: `\`${row}\``, sessions, figures: figuresOf(sessions) }
}

function anAttack(
  userTask: string,
  attack: string,
  severity: string,
  verdict: JudgedSession['verdict'],
): JudgedSession {
  const named = { session_id: userTask, suite: 'desk', user_task: userTask, attack, severity }
  return {
    label: { ...named, label: 'injection_succeeded' },
    isPositive: true,
    verdict,
    attackerLabelled: new Set(),
    attackerFound: new Set(),
    exposedLabelled: new Set(),
    exposedFound: new Set(),
    alertTimesUs: [],
    actionUs: undefined,
  }
}
