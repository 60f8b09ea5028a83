import { compileJsonForm } from '#domain/json-form.ts'
import type { Reject } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'
import { LINE_MAX_BYTES, parseLine } from './event.ts'
import { refuse, rejectOf, type Reason, type Refusal } from './reject.ts'

/**
 * Reads one line of JSON as the reject that a collector of that name tells of. Never throws; the
 * line may come from anyone.
 */
export type NormalizeReject = (
  line: Buffer | string,
  collector: { tenantId: string; collectorId: string },
) => { ok: true; reject: Reject } | Refusal

/**
 * Compiles the way from a line of contract.md's JSON to a reject. It says `position`, `reason`,
 * `detail` and `bytes`; whose it is and its id are not the line's to say, so that telling the same
 * again changes nothing and nobody tells for another.
 */
export function compileRejectNormalizer(schemas: ReadonlyMap<SchemaName, object>): NormalizeReject {
  const schema = schemas.get('rejects.v1')
  if (schema === undefined) throw new TypeError('the schema of rejects is missing')
  const form = compileJsonForm<Reject>(schema, { mayLack: OURS, ignores: OURS })
  return (line, { tenantId, collectorId: source }) => {
    const parsed = parseLine(line, LINE_MAX_BYTES)
    if (!parsed.ok) return refuse(parsed.reason, parsed.detail)
    const read = form.fromJson(parsed.json)
    if (!read.ok) return refuse(read.reason, read.field)
    const { position, reason, detail, bytes, occurred_at } = read.value
    if (!isReason(reason)) return refuse('BAD_ENUM', 'reason')
    if (detail.length > DETAIL_MAX_LENGTH) return refuse('OUT_OF_RANGE', 'detail')
    if (position < 0) return refuse('OUT_OF_RANGE', 'position')
    if (bytes < 0) return refuse('OUT_OF_RANGE', 'bytes')
    const place = { source, partition: 0, position, bytes }
    const occurredAtUs = occurred_at ?? undefined
    return {
      ok: true,
      reject: rejectOf(place, { ok: false, reason, detail, tenantId, occurredAtUs }),
    }
  }
}

/** Fields the poster does not decide: they are not even read. */
const OURS = ['reject_id', 'tenant_id', 'source', 'partition', 'rejected_by']
const REASON = /^[A-Z][A-Z_]{0,63}$/
const DETAIL_MAX_LENGTH = 200

/** A collector of another version may have reasons that are not known here. */
function isReason(text: string): text is Reason {
  return REASON.test(text)
}
