import assert from 'node:assert/strict'

import type { Codec } from '#domain/codec.ts'
import { tableOf } from '#domain/evidence-tables.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { schemaOf } from '#domain/topics.ts'
import { buildContainer, type StoredRow } from './container.ts'
import { tokenOf, type FilledCut, type RejectedRow } from './cuts.ts'

/**
 * Inserts a cut and answers the rows it had to leave out: those the evidence store refuses. The
 * same cut leaves out the same rows each time.
 *
 * @throws Fault EVIDENCE_UNAVAILABLE, EVIDENCE_BUSY (retryable).
 */
export async function insertCut(
  evidence: EvidenceStore,
  codec: Codec,
  cut: FilledCut,
): Promise<RejectedRow[]> {
  const [first] = cut.rows
  if (first === undefined) return []
  const schema = schemaOf(cut.topic)
  const writer = codec.writerSchema(schema, first.value)
  assert(writer !== undefined, 'a cut holds rows of known schemas only')
  const insert = async (part: FilledCut): Promise<boolean> => {
    const token = tokenOf(part)
    const container = buildContainer(token, part.partition, writer.json, part.rows)
    const rowCount = part.rows.length
    return accepts(evidence.insert({ table: tableOf(part.topic), token, container, rowCount }))
  }
  if (await insert(cut)) return []
  const rejected: RejectedRow[] = []
  const rows = cut.rows.filter((row) => {
    const decoded = codec.decode(schema, row.value)
    if (!decoded.ok) rejected.push(rejectedRow(row, decoded.reason))
    return decoded.ok
  })
  const narrowed = { ...cut, rows }
  if (rows.length === 0) return rejected
  if (rejected.length > 0 && (await insert(narrowed))) return rejected
  return [...rejected, ...(await insertHalves(narrowed, insert))]
}

/** Finds by halving what is refused though we can read it; each half is an insert of its own. */
async function insertHalves(
  cut: FilledCut,
  insert: (part: FilledCut) => Promise<boolean>,
): Promise<RejectedRow[]> {
  const [only] = cut.rows
  if (cut.rows.length === 1 && only !== undefined) return [rejectedRow(only, 'EVIDENCE_REFUSED')]
  const middle = Math.ceil(cut.rows.length / 2)
  const rejected: RejectedRow[] = []
  for (const rows of [cut.rows.slice(0, middle), cut.rows.slice(middle)]) {
    const firstOffset = rows[0]?.offset ?? cut.firstOffset
    const lastOffset = rows.at(-1)?.offset ?? cut.lastOffset
    const half = { ...cut, rows, firstOffset, lastOffset }
    if (!(await insert(half))) rejected.push(...(await insertHalves(half, insert)))
  }
  return rejected
}

async function accepts(inserting: Promise<void>): Promise<boolean> {
  try {
    await inserting
    return true
  } catch (error) {
    if (error instanceof Fault && error.code === 'EVIDENCE_REFUSED') return false
    throw error
  }
}

function rejectedRow(row: StoredRow, reason: string): RejectedRow {
  const record = { offset: row.offset, key: '', value: row.value, headers: {}, corrupt: false }
  return { record, reason }
}
