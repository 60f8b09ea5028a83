import { Fault } from '#domain/fault.ts'
import type { Chunk, Log, Position } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import { askDoor } from './ask-door.ts'

const PARTITIONS_MAX_COUNT = 256
const CHUNK_MAX_COUNT = 1_000

/** The log behind the door of a directory's owner, as far as reading back asks for. */
export function doorLog(directory: string): Pick<Log, 'endOffsets' | 'readToEnd'> {
  return {
    endOffsets: async (topic) => {
      const ends: number[] = []
      while (ends.length < PARTITIONS_MAX_COUNT) {
        const from = { topic, partition: ends.length, offset: Number.MAX_SAFE_INTEGER }
        const page = await readPage(directory, from)
        if (page === undefined) break
        ends.push(page.end_offset)
      }
      return ends
    },
    readToEnd: (from) => readToEnd(directory, from),
  }
}

async function* readToEnd(directory: string, from: Position): AsyncIterable<Chunk> {
  const { topic, partition } = from
  let { offset } = from
  for (let end: number | undefined; end === undefined || offset < end;) {
    const page = await readPage(directory, { topic, partition, offset })
    if (page === undefined || page.next_offset <= offset) return
    end ??= page.end_offset
    const records = page.records.map(({ value, corrupt = false, ...record }) => ({
      ...record,
      corrupt,
      value: value === null ? null : Buffer.from(value, 'base64'),
    }))
    yield { topic, partition, records, nextOffset: page.next_offset }
    offset = page.next_offset
  }
}

type Page = {
  end_offset: number
  next_offset: number
  records: {
    offset: number
    key: string
    value: string | null
    headers: Record<string, string>
    corrupt?: boolean
  }[]
}

async function readPage(
  directory: string,
  { topic, partition, offset }: { topic: TopicName; partition: number; offset: number },
): Promise<Page | undefined> {
  const path = `/v1/topics/${topic}/${partition}?from=${offset}&limit=${CHUNK_MAX_COUNT}`
  const answer = await askDoor(directory, 'admin', path)
  if (answer.status === 404) return undefined
  if (answer.status === 200) return answer.json as Page
  throw new Fault('LOG_UNAVAILABLE', `The pipeline answered ${answer.status} to a reader`)
}
