import { DoorRefusal, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import type { IncomingRecord, Log } from '#domain/log.ts'
import { TOPICS, type TopicName } from '#domain/topics.ts'

const RECORDS_MAX_COUNT = 1_000
const RECORDS_DEFAULT_COUNT = 100
/** An answer ends after the record that passes this. */
const ANSWER_MAX_BYTES = 16 * 1024 * 1024

/** `GET /v1/topics/NAME/PARTITION?from=OFFSET&limit=N`: raw records with their offsets. */
export function topicRecordsRoute(log: Pick<Log, 'endOffsets' | 'readToEnd'>): DoorRoute {
  return {
    method: 'GET',
    path: '/v1/topics/:name/:partition',
    roles: ['admin'],
    handle: async (request) => {
      const topic = topicOf(request)
      const ends = await log.endOffsets(topic)
      const partition = wholeNumber(request.parameters['partition'], 'partition', 0, 2 ** 31)
      const endOffset = ends[partition]
      if (endOffset === undefined)
        throw new DoorRefusal(404, 'NOT_FOUND', 'There is no such partition')
      const from = wholeNumber(request.query['from'] ?? '0', 'from', 0, Number.MAX_SAFE_INTEGER)
      const limitText = request.query['limit'] ?? String(RECORDS_DEFAULT_COUNT)
      const limit = wholeNumber(limitText, 'limit', 1, RECORDS_MAX_COUNT)
      const found = await readSome(log, { topic, partition, offset: from }, limit)
      const json = { topic, partition, end_offset: endOffset, ...found }
      return { status: 200, json }
    },
  }
}

async function readSome(
  log: Pick<Log, 'readToEnd'>,
  from: { topic: TopicName; partition: number; offset: number },
  limit: number,
): Promise<{ next_offset: number; records: object[] }> {
  const records: object[] = []
  let nextOffset = from.offset
  let bytes = 0
  for await (const chunk of log.readToEnd(from, limit)) {
    for (const record of chunk.records) {
      records.push(recordJson(record))
      nextOffset = record.offset + 1
      bytes += record.value?.length ?? 0
      if (records.length >= limit || bytes >= ANSWER_MAX_BYTES)
        return { next_offset: nextOffset, records }
    }
    nextOffset = chunk.nextOffset
  }
  return { next_offset: nextOffset, records }
}

function recordJson(record: IncomingRecord): object {
  const { offset, key, value, headers, corrupt } = record
  const json = { offset, key, value: value?.toString('base64') ?? null, headers }
  return corrupt ? { ...json, corrupt } : json
}

function topicOf(request: DoorRequest): TopicName {
  const spec = TOPICS.find(({ name }) => name === request.parameters['name'])
  if (spec === undefined) throw new DoorRefusal(404, 'NOT_FOUND', 'There is no such topic')
  return spec.name
}

function wholeNumber(text: string | undefined, name: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw new DoorRefusal(400, 'BAD_REQUEST', `${name} is a whole number from ${min} to ${max}`)
}
