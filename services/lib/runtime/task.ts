import { parseSource, readProgress, SOURCE_HEADER } from '#domain/headers.ts'
import type { Chunk, IncomingRecord, Position, Sender, Subscription } from '#domain/log.ts'
import type { Core, StageInput, StageOutput, StateChange } from '#domain/stage.ts'
import { schemaOf } from '#domain/topics.ts'
import { checkpointRecords, restoreCheckpoint, type Changelog } from './checkpoint.ts'
import { Outbox } from './outbox.ts'
import { InputPlaces } from './input-places.ts'
import { HeldRecords } from './held-records.ts'
import { placeId, type Place } from './place.ts'
import { ProgressTracker, WATERMARK_STEP_US } from './progress-tracker.ts'
import { rejectedRecord } from './rejected.ts'
import { SourceMarks } from './source-marks.ts'
import {
  inputPartitions,
  trackedPartitions,
  type StageDefinition,
  type StageWorld,
} from './stage-definition.ts'

/** Beyond so many waiting records a held partition is read no further. */
const HELD_MAX_COUNT = 100_000

export type TaskSettings = {
  definition: StageDefinition
  world: StageWorld
  /** The lane, or undefined where one task sees every lane. */
  lane: number | undefined
  sender: Sender
  subscription: Subscription
  generation: number
}

/**
 * One service's work on one lane (or on all of them): reads its inputs, lets the core judge them,
 * writes the outputs, passes the watermark on, and keeps checkpoints. Calls must not overlap.
 */
export class Task {
  readonly #settings: TaskSettings
  readonly #core: Core
  readonly #tracker: ProgressTracker
  readonly #marks = new SourceMarks()
  readonly #outbox: Outbox
  #changelog: Changelog
  readonly #places: InputPlaces
  readonly #held = new HeldRecords()
  /** Promises as they were read, those behind waiting records too. */
  readonly #ahead: ProgressTracker
  #isReleased = false
  #checkpointNumber = 0
  #checkpointedAtMs: number
  #isDirty = false

  constructor(settings: TaskSettings) {
    const { definition, world, lane, generation, sender } = settings
    this.#settings = settings
    this.#core = definition.createCore(lane)
    const tracked = trackedPartitions(definition, lane, world.laneCount)
    const own = { ownWriter: definition.writer }
    this.#tracker = new ProgressTracker(tracked, { ...own, stepUs: WATERMARK_STEP_US })
    this.#ahead = new ProgressTracker(tracked, own)
    this.#outbox = new Outbox(definition, world, lane, sender)
    this.#changelog = { topic: `state.${definition.service}.v1`, partition: lane ?? 0, generation }
    this.#places = new InputPlaces(inputPartitions(definition, lane, world.laneCount))
    this.#checkpointedAtMs = world.nowMs()
  }

  /** Whether every input has ended, and every output, the last checkpoint included, is written. */
  get isFinished(): boolean {
    return this.#outbox.isClosed && !this.#isDirty
  }

  get watermarkUs(): number {
    return this.#tracker.watermarkUs
  }

  get positions(): readonly Position[] {
    return this.#places.positions
  }

  /** Puts state and positions back to the last checkpoint; call once, before the first run. */
  async restore(): Promise<void> {
    const { world, subscription } = this.#settings
    const restored = await restoreCheckpoint(world.log, world.codec, this.#changelog)
    const { mark, bodies, checkpoint, unfinishedKeys } = restored
    for (const [key, body] of bodies) this.#core.restore(key, body)
    this.#checkpointNumber = checkpoint
    this.#places.restore(mark?.positions ?? (await subscription.committed(this.positions)))
    if (mark !== undefined) {
      this.#tracker.restore(mark.tracker, world.nowMs())
      this.#ahead.restore(mark.tracker, world.nowMs())
      this.#marks.restore(mark.marks)
    }
    const rewritten = unfinishedKeys.map((key) => ({ key, body: bodies.get(key) }))
    if (rewritten.length > 0) await this.#writeCheckpoint(rewritten)
    await this.#takeOwnWords()
    if (this.#tracker.watermarkUs !== -Infinity) this.#passWatermark()
    this.#passPromises()
    await this.#outbox.flush()
  }

  /** What was told after the last checkpoint: its revisions count before any is given again. */
  async #takeOwnWords(): Promise<void> {
    const { definition, world } = this.#settings
    const own = definition.inputs.flatMap((one) => (one.waitsFor === 'itself' ? [one.topic] : []))
    for (const position of this.positions.filter(({ topic }) => own.includes(topic)))
      for await (const chunk of world.log.readToEnd({ ...position }))
        if ((await this.#take(chunk)) > 0) this.#isDirty = true
  }

  /** The group has settled anew and this lane stayed: checkpoints carry the new generation. */
  renew(generation: number): void {
    this.#changelog = { ...this.#changelog, generation }
  }

  /** Takes a record of a broadcast topic in; what was held is offered again. */
  onBroadcast(input: StageInput): void {
    this.#core.onBroadcast?.(input)
    this.#isReleased = true
  }

  /**
   * Reads and judges one batch and writes what came of it; waits at most `maxWaitMs` for input.
   * Returns how many records were taken.
   *
   * @throws Fault of the log, the registry or lost ownership; the task must then be made anew.
   */
  async runOnce(maxWaitMs: number): Promise<number> {
    const { world, subscription, definition } = this.#settings
    const chunks = await subscription.read(this.#wanted(), world.batchMaxCount, maxWaitMs)
    const startedAtMs = performance.now()
    let takenCount = this.#offerHeld()
    for (const chunk of chunks) takenCount += await this.#take(chunk)
    this.#ahead.lapse(world.nowMs())
    if (this.#tracker.lapse(world.nowMs())) this.#passWatermark()
    this.#passPromises()
    await this.#outbox.flush()
    if (takenCount > 0) {
      this.#isDirty = true
      world.onBatch(definition.service, takenCount, performance.now() - startedAtMs)
    }
    await this.checkpoint(false)
    return takenCount
  }

  /** Writes a checkpoint where one is due (at most a second apart), at the end, or when forced. */
  async checkpoint(isForced: boolean): Promise<void> {
    const { world, subscription } = this.#settings
    const isDue = world.nowMs() - this.#checkpointedAtMs >= world.checkpointEveryMs
    if (!this.#isDirty || !(isForced || isDue || this.#outbox.isClosed)) return
    await this.#writeCheckpoint([])
    await subscription.commit(this.positions)
    this.#isDirty = false
  }

  async #writeCheckpoint(rewritten: readonly StateChange[]): Promise<void> {
    const { world, sender } = this.#settings
    this.#checkpointNumber += 1
    const mark = {
      positions: this.positions.map((position) => ({ ...position })),
      tracker: this.#tracker.save(),
      marks: this.#marks.save(),
    }
    const changes = [...rewritten, ...this.#core.takeChanges()]
    const { codec } = world
    await sender.send(
      checkpointRecords(this.#changelog, this.#checkpointNumber, changes, mark, codec),
    )
    this.#checkpointedAtMs = world.nowMs()
  }

  /** Inputs to read: not those full of waiting records, nor those too far ahead (time.md). */
  #wanted(): Position[] {
    const isFull = this.#held.count >= HELD_MAX_COUNT
    const wanted = this.#places.toRead(
      (id) => (isFull && this.#held.has(id)) || this.#isTooFarAhead(id),
    )
    return this.#settings.world.arrange?.(wanted) ?? wanted
  }

  #isTooFarAhead(id: string): boolean {
    const { alignmentMaxUs } = this.#settings.definition
    if (alignmentMaxUs === undefined) return false
    const ownUs = this.#tracker.partitionWatermarkUs(id)
    return ownUs !== -Infinity && ownUs > this.#tracker.watermarkUs + alignmentMaxUs
  }

  async #take(chunk: Chunk): Promise<number> {
    const { world, definition } = this.#settings
    const position = this.#places.of(chunk)
    if (position === undefined) return 0
    const values = chunk.records.map((record) => record.value)
    const isIgnored = definition.ignores?.(chunk.topic) === true
    if (!isIgnored) await world.codec.prepare(schemaOf(chunk.topic), values)
    const id = placeId(chunk)
    let takenCount = 0
    for (const record of chunk.records) {
      if (this.#isTooFarAhead(id)) return takenCount
      if (this.#held.has(id) || !this.#process(chunk, record)) this.#hold(chunk, record)
      else position.offset = record.offset + 1
      this.#places.noteRead(id, record.offset + 1)
      takenCount += 1
    }
    this.#places.noteRead(id, chunk.nextOffset)
    if (!this.#held.has(id)) position.offset = chunk.nextOffset
    return takenCount
  }

  /** Offers the waiting records again, once something was heard that may let them go. */
  #offerHeld(): number {
    if (!this.#isReleased) return 0
    this.#isReleased = false
    let takenCount = 0
    for (const position of this.positions) {
      const id = placeId(position)
      takenCount += this.#held.offer(id, (record) => {
        if (this.#isTooFarAhead(id) || !this.#process(position, record)) return false
        position.offset = record.offset + 1
        return true
      })
    }
    return takenCount
  }

  /** What waits binds this task's promises to its time; what was promised behind it is known. */
  #hold(place: Place, record: IncomingRecord): void {
    const { codec, nowMs } = this.#settings.world
    const id = placeId(place)
    const progress = record.value === null ? readProgress(record.key, record.headers) : undefined
    if (progress !== undefined) this.#ahead.note(id, progress, nowMs())
    this.#held.add(id, record, codec.decode(schemaOf(place.topic), record.value))
  }

  /** False where the core holds the record. */
  #process(place: Place, record: IncomingRecord): boolean {
    if (this.#takeProgress(placeId(place), record)) return true
    return this.#settings.definition.ignores?.(place.topic) === true || this.#judge(place, record)
  }

  #takeProgress(id: string, record: IncomingRecord): boolean {
    if (record.value !== null || record.corrupt) return false
    const progress = readProgress(record.key, record.headers)
    if (progress === undefined) return true
    const nowMs = this.#settings.world.nowMs()
    this.#ahead.note(id, progress, nowMs)
    if (this.#tracker.note(id, progress, nowMs)) this.#passWatermark()
    return true
  }

  /** Lets the core judge a record unless it was seen already; false where the core holds it. */
  #judge(place: Place, record: IncomingRecord): boolean {
    const { world, definition } = this.#settings
    const { topic, partition } = place
    const schema = schemaOf(topic)
    const id = placeId(place)
    const source = parseSource(record.headers[SOURCE_HEADER])
    if (source !== undefined && this.#marks.hasSeen(id, source)) return true
    const origin = { topic, partition, offset: record.offset }
    const decoded = record.corrupt
      ? ({ ok: false, reason: 'CHECKSUM_MISMATCH' } as const)
      : world.codec.decode(schema, record.value)
    if (!decoded.ok) {
      world.onReject(definition.service, decoded.reason)
      const rejected = rejectedRecord(place, record, decoded.reason, definition.service)
      this.#outbox.addDerived(origin, [rejected])
      return true
    }
    const outputs: StageOutput[] = []
    const input = { topic, schema, key: record.key, value: decoded.value } as StageInput
    if (this.#core.onRecord(input, (output) => outputs.push(output)) === 'held') return false
    if (source !== undefined) this.#marks.remember(id, source)
    this.#outbox.addDerived(origin, outputs)
    return true
  }

  #passWatermark(): void {
    const { watermarkUs } = this.#tracker
    this.#core.onWatermark(watermarkUs, (output) => this.#outbox.addTimed(output))
    this.#isDirty = true
    this.#outbox.promiseOnLane(watermarkUs)
  }

  #passPromises(): void {
    const promiseUs = this.#promiseUs()
    if (promiseUs === -Infinity) return
    this.#outbox.promiseOnLane(promiseUs)
    this.#outbox.promiseElsewhere(promiseUs)
  }

  /**
   * While records wait, this task still promises up to the first of them: what they wait for may
   * itself wait for that promise. A core that holds records makes no outputs of a watermark alone.
   */
  #promiseUs(): number {
    const { watermarkUs } = this.#tracker
    if (this.#held.count === 0) return watermarkUs
    return Math.max(watermarkUs, Math.min(this.#ahead.watermarkUs, this.#held.earliestUs()))
  }
}
