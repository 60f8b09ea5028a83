import { idOf } from '#domain/ids.ts'
import type { JsonFormReason, JsonObject } from '#domain/json-form.ts'
import { keyOf } from '#domain/lane.ts'
import type { Reject } from '#domain/records/index.ts'
import { parseTime } from '#domain/time.ts'

/** Every reason why `collect` refuses a line. */
export type Reason =
  | JsonFormReason
  | 'LINE_TOO_LONG'
  | 'INVALID_UTF8'
  | 'NOT_JSON'
  | 'NOT_CSV'
  | 'BAD_FORM'
  | 'UNKNOWN_LAYER'
  | 'UNKNOWN_ACTION'
  | 'TRUNCATED_INPUT'

/** Why input is refused. `detail` names a field of ours or a limit, never what the input holds. */
export type Refusal = {
  ok: false
  reason: Reason
  detail: string
  /** As far as they were legible. */
  tenantId: string | undefined
  occurredAtUs: number | undefined
}

/** Where refused input stood: the input's name, its line from 1, how long the line was. */
export type RejectPlace = { source: string; partition: number; position: number; bytes: number }

/** A refusal, with what of the line's own words may be repeated: its tenant and its time. */
export function refuse(reason: Reason, detail: string, json: JsonObject = {}): Refusal {
  const { tenant_id, occurred_at } = json
  const occurredAtUs = typeof occurred_at === 'string' ? parseTime(occurred_at) : undefined
  return {
    ok: false,
    reason,
    detail,
    tenantId:
      typeof tenant_id === 'string' && tenant_id !== '' ? tenant_id.toWellFormed() : undefined,
    occurredAtUs: Number.isSafeInteger(occurredAtUs) ? occurredAtUs : undefined,
  }
}

/** The record of refused input. Its id says where and why, so refusing again changes nothing. */
export function rejectOf(place: RejectPlace, refusal: Refusal): Reject {
  const { source, partition, position, bytes } = place
  const { reason, detail } = refusal
  return {
    reject_id: idOf('reject', source, String(partition), String(position), reason),
    tenant_id: refusal.tenantId ?? null,
    source,
    partition,
    position,
    reason,
    detail,
    bytes,
    rejected_by: 'collect',
    occurred_at: refusal.occurredAtUs ?? null,
  }
}

/** A reject's key: its tenant where that was legible, and its source. */
export function rejectKey(reject: Reject): string {
  return keyOf(reject.tenant_id ?? '-', reject.source)
}
