import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Disposition } from '#domain/records/index.ts'
import { precisionRows, type CountsRow } from '../../services/cli/rules/precision-table.ts'
import { wilsonShare } from '../../services/cli/rules/wilson.ts'
import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import { loadQueries } from '../../services/lib/adapters/clickhouse/queries.ts'
import { insertRecords, openTestEvidence } from '../sql/evidence.ts'
import { ONE_LINE, prepareTocsin, tocsin } from '../support/cli.ts'
import { aCase, anAlert, anIncident, START_US } from '../support/records.ts'
import { aDirectory, SCENARIO_FILE, SCENARIO_INVENTORY } from '../support/replays.ts'

const directory = aDirectory()
const place = ['--data-dir', join(directory, 'data')]
let evidence: EmbeddedEvidence

beforeAll(async () => {
  evidence = await openTestEvidence()
  const environment = { TOCSIN_INVENTORY: SCENARIO_INVENTORY }
  await prepareTocsin(['replay', SCENARIO_FILE, ...place], { environment })
})
afterAll(async () => {
  await evidence.close()
  rmSync(directory, { recursive: true })
})

test.for([
  { why: 'all wrong', of: [0, 10], share: { share: 0, low: 0, high: 0.2775 } },
  { why: 'all right', of: [10, 10], share: { share: 1, low: 0.7225, high: 1 } },
  { why: 'one of one', of: [1, 1], share: { share: 1, low: 0.2065, high: 1 } },
  { why: 'half', of: [5, 10], share: { share: 0.5, low: 0.2366, high: 0.7634 } },
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, Table I.
  {
    why: 'as published, 81 of 263',
    of: [81, 263],
    share: { share: 0.308, low: 0.2553, high: 0.3662 },
  },
  {
    why: 'as published, 15 of 148',
    of: [15, 148],
    share: { share: 0.1014, low: 0.0624, high: 0.1605 },
  },
])('the interval of Wilson: $why', ({ of: [successes = 0, trials = 0], share }) => {
  const found = wilsonShare(successes, trials)
  expect(found?.share).toBeCloseTo(share.share, 4)
  expect(found?.low).toBeCloseTo(share.low, 4)
  expect(found?.high).toBeCloseTo(share.high, 4)
})

test('nothing tried has no share', () => {
  expect(wilsonShare(0, 0)).toBeUndefined()
})

const aCount = (rule_name: string, differs: Partial<CountsRow> = {}): CountsRow => ({
  rule_id: rule_name,
  rule_name,
  level: 'medium',
  alert_count: '100',
  suppressed_count: '0',
  true_count: '0',
  false_count: '0',
  benign_count: '0',
  ...differs,
})

test('the worst first, by what is certain; rules without a judgement last', () => {
  const rows = precisionRows([
    aCount('quiet'),
    aCount('loud', { alert_count: '900' }),
    aCount('right', { true_count: '20' }),
    aCount('once-wrong', { false_count: '1' }),
    aCount('often-wrong', { true_count: '10', false_count: '40' }),
  ])
  expect(rows.map(({ rule }) => rule)).toEqual([
    'often-wrong',
    'once-wrong',
    'right',
    'loud',
    'quiet',
  ])
})

test('a benign alert was judged, and was none to be told of', () => {
  const [row] = precisionRows([aCount('a', { true_count: '1', benign_count: '3' })])
  expect(row).toMatchObject({ judged: 4, true: 1, false: 0, benign: 3, precision: 0.25 })
})

const aDisposition = (differs: Partial<Disposition>): Disposition => ({
  alert_id: 'a-1',
  tenant_id: 'acme',
  rule_id: 'rule-1',
  verdict: 'true_positive',
  decided_at: START_US,
  decided_by: 'an analyst',
  note: null,
  ...differs,
})

test('rule-precision: the last judgement, else the case; of this time and tenant', async () => {
  const alerts = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5']
  await insertRecords(evidence, 'alerts.v1', [
    ...alerts.map((alert_id) => anAlert({ alert_id })),
    anAlert({ alert_id: 'b-1', rule_id: 'rule-2', rule_name: 'b-rule' }),
    anAlert({ alert_id: 'old', occurred_at: START_US - 1 }),
    anAlert({ alert_id: 'a-1', tenant_id: 'rival' }),
  ])
  await insertRecords(evidence, 'incidents.v1', [
    anIncident({ alert_ids: ['a-2', 'a-3'], alert_hits: { 'a-2': 4 } }),
    anIncident({ incident_id: 'incident-2', alert_ids: ['a-4'] }),
  ])
  await insertRecords(evidence, 'cases.v1', [
    aCase({ status: 'false_positive', revision: 2 }),
    aCase({}),
    aCase({ incident_id: 'incident-2', status: 'false_positive' }),
    aCase({ incident_id: 'incident-2', status: 'triaged', revision: 2 }),
  ])
  await insertRecords(evidence, 'dispositions.v1', [
    aDisposition({ verdict: 'false_positive' }),
    aDisposition({ verdict: 'true_positive' }),
    aDisposition({ alert_id: 'a-3', verdict: 'benign' }),
    aDisposition({ alert_id: 'a-5', tenant_id: 'rival' }),
    aDisposition({ alert_id: 'old' }),
  ])
  const sql = loadQueries().get('rule-precision')?.sql ?? ''
  const parameters = { tenant_id: 'acme', since_us: START_US }
  expect(await evidence.query<CountsRow>(sql, parameters)).toEqual([
    {
      rule_id: 'rule-1',
      rule_name: 'a-rule',
      level: 'medium',
      alert_count: '5',
      suppressed_count: '3',
      true_count: '1',
      false_count: '1',
      benign_count: '1',
    },
    {
      rule_id: 'rule-2',
      rule_name: 'b-rule',
      level: 'medium',
      alert_count: '1',
      suppressed_count: '0',
      true_count: '0',
      false_count: '0',
      benign_count: '0',
    },
  ])
  const everywhere = await evidence.query<CountsRow>(sql, { tenant_id: '', since_us: 0 })
  expect(everywhere[0]).toMatchObject({ alert_count: '7', true_count: '2' })
})

type Row = { rule: string; judged: number; true: number; false: number; precision: number | null }

test('a judgement with no process at work counts at once; the last one stays', async () => {
  const precision = async (): Promise<Row[]> => {
    const args = ['rules', 'precision', '--since', '2026-03-01', '--json', ...place]
    const { stdout } = await prepareTocsin(args)
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
  }
  const listed = await prepareTocsin(['topics', 'read', 'alerts.v1', '--limit', '1', ...place])
  const { value } = JSON.parse(listed.stdout) as { value: { alert_id: string; rule_name: string } }
  const judge = (verdict: string): Promise<unknown> =>
    prepareTocsin(
      ['rules', 'disposition', value.alert_id, verdict, '--by', 'an analyst'].concat(place),
    )
  expect((await precision()).every((row) => row.judged === 0 && row.precision === null)).toBe(true)
  await judge('true_positive')
  expect((await precision())[0]).toMatchObject({ rule: value.rule_name, judged: 1, precision: 1 })
  await judge('false_positive')
  const [worst] = await precision()
  expect(worst).toMatchObject({ rule: value.rule_name, judged: 1, true: 0, false: 1, precision: 0 })
})

test.for([
  {
    why: 'an alert there is not',
    args: ['disposition', 'nosuch', 'benign', '--by', 'an analyst'],
    code: 1,
  },
  { why: 'no alert named', args: ['disposition', '', 'benign', '--by', 'an analyst'], code: 2 },
  { why: 'no such verdict', args: ['disposition', 'a', 'maybe', '--by', 'an analyst'], code: 2 },
  { why: 'nobody who judged', args: ['disposition', 'a', 'benign'], code: 2 },
  { why: 'a time that is none', args: ['precision', '--since', 'lately'], code: 2 },
])('$why: one line and exit $code', async ({ args, code }) => {
  const result = await tocsin(['rules', ...args, ...place])
  expect(result.stderr).toMatch(ONE_LINE)
  expect(result).toMatchObject({ code, stdout: '' })
})
