import { Fault } from '#domain/fault.ts'
import { WATERMARK_HEADER } from '#domain/headers.ts'
import { keyOf } from '#domain/lane.ts'
import type { Reject } from '#domain/records/index.ts'
import type { Intake, Post } from '../../collect/source.ts'
import { formOf } from '../json-lines.ts'
import { askDoor } from './ask-door.ts'
import { eventLine } from './event-lines.ts'

/** A post is sent in parts of about so many characters. */
const PART_MAX_CHARS = 8 * 1024 * 1024

/**
 * Hands in to the door of the process that owns a directory: what was refused first, since told
 * again it is the same, then the events.
 */
export function doorIntake(directory: string): Pick<Intake, 'take'> {
  return {
    take: async ({ events, rejects, collector, statedUs }: Post) => {
      const headers: Record<string, string> = { 'content-type': 'application/x-ndjson' }
      if (collector !== undefined)
        headers['tocsin-collector'] = keyOf(collector.tenantId, collector.collectorId)
      await postRejects(directory, headers, rejects)
      if (statedUs !== undefined)
        headers[WATERMARK_HEADER] = statedUs === Infinity ? 'inf' : String(Math.max(0, statedUs))
      const parts = partsOf(events.map(eventLine))
      for (const [index, body] of parts.entries()) {
        const isLast = index === parts.length - 1
        const { [WATERMARK_HEADER]: watermark, ...others } = headers
        const said = isLast && watermark !== undefined ? headers : others
        const answer = await askDoor(directory, 'ingest', '/v1/events', { headers: said, body })
        const { rejected_count } = (answer.json ?? {}) as { rejected_count?: number }
        if (answer.status === 200 && rejected_count === 0) continue
        throw new Fault('LOG_UNAVAILABLE', `The pipeline answered ${answer.status} to events`)
      }
    },
  }
}

async function postRejects(
  directory: string,
  headers: Record<string, string>,
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length === 0) return
  const form = formOf('rejects.v1')
  for (const body of partsOf(rejects.map((reject) => JSON.stringify(form.toJson(reject))))) {
    const { status } = await askDoor(directory, 'ingest', '/v1/rejects', { headers, body })
    if (status !== 200)
      throw new Fault('LOG_UNAVAILABLE', `The pipeline answered ${status} to rejects`)
  }
}

/** At least one, for a sign of life has no lines. */
function partsOf(lines: readonly string[]): string[] {
  const parts: string[] = []
  let part = ''
  for (const line of lines) {
    part += `${line}\n`
    if (part.length < PART_MAX_CHARS) continue
    parts.push(part)
    part = ''
  }
  return part === '' && parts.length > 0 ? parts : [...parts, part]
}
