import { isObject, type JsonObject } from '#domain/json-form.ts'
import { formatTime } from '#domain/time.ts'
import { contentFields } from '../normalize/mcp-draft.ts'
import type { Outbox } from './outbox.ts'

/** What an answer's event says whose tap was killed before the answer was written down. */
const LOST_IN_CRASH = 'lost in crash: the tap ended before an answer was written down'

/**
 * Writes down, for each call of a killed tap that has no answer, that its answer is lost: whether
 * the client had it nobody knows. Returns how many.
 *
 * @throws Fault OUTPUT_UNWRITABLE
 */
export function tellLostAnswers(outbox: Outbox, nowUs: number): number {
  const calls = outbox.unansweredCalls()
  for (const { callId, line } of calls)
    outbox.append((seq) => lostAnswerLine(line, { seq, nowUs, collectorId: outbox.collectorId }), {
      closes: callId,
    })
  return calls.length
}

function lostAnswerLine(
  callLine: string,
  { seq, nowUs, collectorId }: { seq: number; nowUs: number; collectorId: string },
): string {
  const { arguments: _, extra, ...call } = JSON.parse(callLine) as JsonObject
  const time = formatTime(nowUs)
  return JSON.stringify({
    ...call,
    event_id: `${collectorId}-${seq}`,
    occurred_at: time,
    collected_at: time,
    collector_seq: seq,
    action: 'tool_result',
    is_error: true,
    error: LOST_IN_CRASH,
    ...contentFields({ text: '', bytes: 0, isCut: false }),
    extra: isObject(extra) ? ofTheActor(extra) : undefined,
  })
}

/** Less what was said of the call itself. */
function ofTheActor(extra: JsonObject): JsonObject {
  const { header_mismatch: _, arguments_truncated: __, ...rest } = extra
  return rest
}
