import type { Codec } from '#domain/codec.ts'
import type { Log, OutgoingRecord } from '#domain/log.ts'
import type { TopicName } from '#domain/topics.ts'
import type { Cut } from './cuts.ts'

const STATE_TOPIC = 'state.store.v1'
const KEY = /^cut\/([^/]+)\/(\d+)$/

/** Who writes: a lower generation than one seen before is a zombie's. */
export type Owner = { generation: number; checkpoint: number }

/** The state entries that announce cuts before they are inserted: one a partition. */
export function pendingRecords(cuts: readonly Cut[], owner: Owner, codec: Codec): OutgoingRecord[] {
  return cuts.map((cut) => {
    const key = `cut/${cut.topic}/${cut.partition}`
    const { firstOffset, lastOffset, schemaId } = cut
    const body = Buffer.from(JSON.stringify({ firstOffset, lastOffset, schemaId }))
    const value = codec.encode('state.v1', { key, ...owner, body })
    return { topic: STATE_TOPIC, partition: cut.partition, key, value, headers: {} }
  })
}

/** The cut last announced for each partition of these lanes. */
export async function readPending(
  log: Log,
  codec: Codec,
  lanes: readonly number[],
): Promise<Cut[]> {
  const newest = new Map<string, { generation: number; cut: Cut }>()
  for (const partition of lanes)
    for await (const chunk of log.readToEnd({ topic: STATE_TOPIC, partition, offset: 0 })) {
      const values = chunk.records.map((record) => record.value)
      await codec.prepare('state.v1', values)
      for (const value of values) {
        const decoded = codec.decode('state.v1', value)
        if (!decoded.ok) continue
        const { key, generation, body } = decoded.value
        const cut = parseCut(key, body)
        if (cut === undefined || generation < (newest.get(key)?.generation ?? 0)) continue
        newest.set(key, { generation, cut })
      }
    }
  return [...newest.values()].map(({ cut }) => cut)
}

function parseCut(key: string, body: Buffer): Cut | undefined {
  const [, topic, partition] = KEY.exec(key) ?? []
  if (topic === undefined) return undefined
  const bounds = JSON.parse(body.toString('utf8')) as Omit<Cut, 'topic' | 'partition'>
  const { firstOffset, lastOffset, schemaId } = bounds
  return {
    topic: topic as TopicName,
    partition: Number(partition),
    firstOffset,
    lastOffset,
    schemaId,
  }
}
