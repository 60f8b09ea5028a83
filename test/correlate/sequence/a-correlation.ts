import assert from 'node:assert/strict'
import { kindOf, readDocuments } from '#sigma/documents.ts'
import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import { parseCorrelation } from '#sigma/correlation.ts'
import type { SequenceMatch } from '../../../services/correlate/sequence/entry.ts'

export const SECOND_US = 1_000_000
const START_US = Date.parse('2026-01-05T08:00:00Z') * 1000

/** Seconds after a start that every time span of a test divides. */
export const at = (seconds: number): number => START_US + seconds * SECOND_US

/** The correlations of a text; every other rule they name is a base rule. */
export function correlationsOf(text: string): readonly ResolvedCorrelation[] {
  const read = readDocuments('test.yml', text)
  expectNone(read.refused)
  const correlations = read.documents.map((document) => {
    assert(kindOf(document) === 'correlation')
    return parseCorrelation(document)
  })
  const own = new Set(correlations.map(({ id }) => id))
  const base = new Set(correlations.flatMap(({ rules }) => rules).filter((one) => !own.has(one)))
  const resolved = resolveCorrelations(
    correlations,
    [...base].map((id) => ({ id, name: undefined })),
  )
  expectNone(resolved.refused)
  return resolved.ordered
}

function expectNone(refused: readonly unknown[]): void {
  assert.deepEqual(refused, [])
}

/** A correlation of one document, from its block; grouped by session unless it says otherwise. */
export function correlationOf(block: string): readonly ResolvedCorrelation[] {
  const groupBy = block.includes('group-by') ? '' : 'group-by: session_id, '
  return correlationsOf(`title: A test\nname: it-holds\ncorrelation: { ${groupBy}${block} }`)
}

/** A hit of a rule, so many seconds after the start; each has its own event unless said. */
export function aMatch(
  rule: string,
  seconds: number,
  differs: Partial<SequenceMatch> = {},
): SequenceMatch {
  return {
    tenant_id: 'acme',
    rule_id: rule,
    layer: 'application',
    occurred_at: at(seconds),
    session_id: 's-1',
    agent_id: 'assistant',
    user_id: null,
    server_id: null,
    event_id: `${rule}-${seconds}`,
    group_by: {},
    ...differs,
  }
}
