import { setTimeout as wait } from 'node:timers/promises'

import type { Codec } from '#domain/codec.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Log, OutgoingRecord, Sender } from '#domain/log.ts'
import type { Action, Held, Incident, Records } from '#domain/records/index.ts'
import type { Logger } from '#runtime/logger.ts'
import { retry } from '#runtime/retry.ts'
import { sha256Hex, type RawRecord } from '../evidence/bundle-line.ts'
import { wantedOf } from '../evidence/held-records.ts'
import { readRecords } from '../evidence/incident-records.ts'

const TOPIC = 'held.v1'
const BATCH_MAX_COUNT = 500
/** Places that are remembered as held already; beyond them a record may be held twice. */
const HELD_MAX_COUNT = 500_000

export type KeeperWorld = {
  log: Log
  codec: Codec
  logger: Logger
  nowMs: () => number
  random: () => number
  everyMs: number
}

/**
 * Copies the raw records of incidents under legal hold to a topic that nothing expires from, before
 * their own lets them go: at once for a new hold, and again at each interval for what came since.
 */
export function startKeeper(world: KeeperWorld, signal: AbortSignal): { stopped: Promise<void> } {
  return { stopped: run(world, signal) }
}

async function run(world: KeeperWorld, signal: AbortSignal): Promise<void> {
  const { logger, random, everyMs } = world
  const onRetry = ({ code }: { code: string }, delayMs: number): void =>
    logger.warn({ service: 'respond', code, delay_ms: delayMs }, 'a hold is tried again')
  try {
    const keeper = new HoldKeeper(world)
    while (!signal.aborted) {
      await retry(() => keeper.pass(), { signal, random, onRetry })
      await wait(everyMs, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** What is held so far. Its passes must not overlap. */
export class HoldKeeper {
  readonly #world: Pick<KeeperWorld, 'log' | 'codec' | 'nowMs'>
  readonly #holds = new Map<string, Action>()
  readonly #incidents = new Map<string, Incident>()
  /** Where reading of holds and incidents goes on. */
  readonly #heardTo = new Map<string, number>()
  /** Where reading goes on for incidents that have not changed. */
  #readTo = new Map<string, number>()
  /** Of each incident the revision that was held last. */
  readonly #revisions = new Map<string, number>()
  readonly #held = new Set<string>()
  #isBegun = false

  constructor(world: Pick<KeeperWorld, 'log' | 'codec' | 'nowMs'>) {
    this.#world = world
  }

  /** Holds what is not held yet; answers how many records that was. @throws Fault of the log */
  async pass(): Promise<number> {
    if (!this.#isBegun) await this.#begin()
    this.#isBegun = true
    await this.#hear('actions.v1', (action) => {
      if (action.kind !== 'preserve') return
      const key = keyOf(action.tenant_id, action.incident_id)
      if (action.phase === 'applied' || action.phase === 'proven') this.#holds.set(key, action)
      else this.#holds.delete(key)
    })
    await this.#hear('incidents.v1', (incident) => {
      const key = keyOf(incident.tenant_id, incident.incident_id)
      const known = this.#incidents.get(key)
      if (known === undefined || known.revision < incident.revision)
        this.#incidents.set(key, incident)
    })
    const [changed, same] = this.#underHold()
    let count = await this.#hold(same, this.#readTo)
    if (changed.length > 0) {
      const readTo = new Map<string, number>()
      count += await this.#hold(changed, readTo)
      if (same.length === 0) this.#readTo = readTo
    }
    for (const one of changed)
      this.#revisions.set(keyOf(one.tenant_id, one.incident_id), one.revision)
    return count
  }

  #underHold(): [Incident[], Incident[]] {
    const nowUs = this.#world.nowMs() * 1000
    const changed: Incident[] = []
    const same: Incident[] = []
    for (const [key, { expires_at: endsUs }] of this.#holds) {
      const incident = this.#incidents.get(key)
      if (incident === undefined || (endsUs !== null && endsUs <= nowUs)) continue
      const isSame = this.#revisions.get(key) === incident.revision
      if (isSame) same.push(incident)
      else changed.push(incident)
    }
    return [changed, same]
  }

  async #hold(incidents: readonly Incident[], from: Map<string, number>): Promise<number> {
    if (incidents.length === 0) return 0
    const { log, codec } = this.#world
    const sender = await log.openSender()
    let count = 0
    let batch: Held[] = []
    try {
      for await (const { record, incidentIds } of readRecords(
        { log, codec },
        incidents.map(wantedOf),
        from,
      )) {
        batch.push(...this.#newlyHeld(record, incidentIds, incidents))
        if (batch.length < BATCH_MAX_COUNT) continue
        count += await this.#send(sender, batch)
        batch = []
      }
      return count + (await this.#send(sender, batch))
    } finally {
      await sender.close()
    }
  }

  #newlyHeld(record: RawRecord, incidentIds: string[], incidents: readonly Incident[]): Held[] {
    const { topic, partition, offset, key, value } = record
    return incidentIds.flatMap((incidentId) => {
      const incident = incidents.find((one) => one.incident_id === incidentId)
      if (incident === undefined) return []
      const held: Held = {
        tenant_id: incident.tenant_id,
        incident_id: incidentId,
        topic,
        partition,
        offset,
        key,
        body: value.toString('base64'),
        sha256: sha256Hex(value),
        held_at: this.#world.nowMs() * 1000,
      }
      return this.#held.has(placeOf(held)) ? [] : [held]
    })
  }

  async #send(sender: Sender, batch: readonly Held[]): Promise<number> {
    if (batch.length === 0) return 0
    const { codec, log } = this.#world
    const records = batch.map((held): OutgoingRecord => {
      const key = placeOf(held)
      const partition = partitionOf(key, log.laneCount)
      return { topic: TOPIC, partition, key, value: codec.encode(TOPIC, held), headers: {} }
    })
    await sender.send(records)
    for (const { key } of records) if (this.#held.size < HELD_MAX_COUNT) this.#held.add(key)
    return batch.length
  }

  /** What a predecessor held is not held again. */
  async #begin(): Promise<void> {
    await this.#hear(TOPIC, (held) => {
      if (this.#held.size < HELD_MAX_COUNT) this.#held.add(placeOf(held))
    })
  }

  async #hear<Topic extends 'actions.v1' | 'incidents.v1' | 'held.v1'>(
    topic: Topic,
    take: (value: Records[Topic]) => void,
  ): Promise<void> {
    const { log, codec } = this.#world
    const ends = await log.endOffsets(topic)
    for (const [partition] of ends.entries()) {
      const name = `${topic} ${partition}`
      const from = { topic, partition, offset: this.#heardTo.get(name) ?? 0 }
      for await (const chunk of log.readToEnd(from)) {
        const values = chunk.records.map(({ value }) => value)
        await codec.prepare(topic, values)
        for (const value of values) {
          const decoded = codec.decode(topic, value)
          if (decoded.ok) take(decoded.value)
        }
        this.#heardTo.set(name, chunk.nextOffset)
      }
    }
  }
}

function placeOf({ tenant_id, incident_id, topic, partition, offset }: Held): string {
  return keyOf(tenant_id, incident_id, topic, String(partition), String(offset))
}
