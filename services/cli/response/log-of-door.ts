import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemaHistory, loadSchemas } from '#adapters/avro/schemas.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import type { Chunk, Position } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { faultOf, type DoorClient } from '../door-client.ts'
import type { LogReader } from '../../respond/evidence/incident-records.ts'

const CHUNK_MAX_COUNT = 1_000

type DoorRecord = {
  offset: number
  key: string
  value: string | null
  headers: Record<string, string>
  corrupt?: boolean
}
type DoorRecords = { end_offset: number; next_offset: number; records: DoorRecord[] }

/** The log as its owner's door shows it, a chunk a request. Schema ids are those of the files. */
export async function logOfDoor(door: DoorClient): Promise<LogReader> {
  const ids = fileSchemaIds([...loadSchemas().values(), ...loadSchemaHistory()])
  const read = async ({ topic, partition, offset }: Position): Promise<DoorRecords | undefined> => {
    const path = `/v1/topics/${topic}/${partition}?from=${offset}&limit=${CHUNK_MAX_COUNT}`
    const answer = await door('GET', path)
    if (answer.status === 404) return undefined
    if (answer.status !== 200) throw faultOf(answer)
    return answer.json as DoorRecords
  }
  return {
    codec: await openCodec(loadSchemas(), ids, 'tocsin.'),
    log: {
      endOffsets: async (topic: TopicName) => {
        const ends: number[] = []
        for (;;) {
          const partition = ends.length
          const found = await read({ topic, partition, offset: Number.MAX_SAFE_INTEGER })
          if (found === undefined) return ends
          ends.push(found.end_offset)
        }
      },
      readToEnd: async function* (from: Position): AsyncGenerator<Chunk> {
        const { topic, partition } = from
        let { offset } = from
        for (;;) {
          const found = await read({ topic, partition, offset })
          if (found === undefined || found.next_offset <= offset) return
          const records = found.records.map((record) => ({
            ...record,
            value: record.value === null ? null : Buffer.from(record.value, 'base64'),
            corrupt: record.corrupt === true,
          }))
          yield { topic, partition, records, nextOffset: found.next_offset }
          offset = found.next_offset
        }
      },
    },
  }
}
