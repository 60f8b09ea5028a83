import type { Codec } from '#domain/codec.ts'
import type { Log, OutgoingRecord, Sender } from '#domain/log.ts'
import type { Alert, Reject } from '#domain/records/index.ts'
import { holeAlert, lapseAlert } from './collector-alerts.ts'
import {
  afterPost,
  newCollector,
  promiseBefore,
  promiseOf,
  takeLosses,
  writerOf,
  type CollectorState,
} from './collector.ts'
import { compareEvents } from './order.ts'
import { alertRecord, eventRecord, promiseRecords, rejectRecord } from './outgoing.ts'
import { TooManyCollectors, type CollectorName, type Intake, type Post } from './source.ts'

export type IntakeOptions = {
  log: Pick<Log, 'laneCount'>
  /** The intake's own: it sends one thing at a time. */
  sender: Sender
  codec: Codec
  nowMs: () => number
  limits?: Partial<IntakeLimits>
}

export type IntakeLimits = {
  /** A promise holds so long without being renewed. */
  leaseMs: number
  /** After so long without a post a collector is reported, and promises no more. */
  silentMaxMs: number
  /** Numbers may be missing so long before they are reported. */
  holeGraceMs: number
  collectorsMaxCount: number
}

/** An intake that somebody keeps alive. */
export type RunningIntake = Intake & {
  /** To be called every second: renews promises, reports what is missing. @throws as `take`. */
  tick(): Promise<void>
  /** Waits for what is being sent; then, where collectors end with us, promises `inf` for each. */
  stop(end: 'finished' | 'paused'): Promise<void>
}

const DEFAULT_LIMITS: IntakeLimits = {
  leaseMs: 30_000,
  silentMaxMs: 60 * 60_000,
  holeGraceMs: 5_000,
  collectorsMaxCount: 256,
}

/**
 * What all live sources hand in to: marks events that are older than their collector's promise as
 * late, sends, and keeps the collectors' promises. What fails to be sent changes nothing here.
 */
export function openIntake(options: IntakeOptions): RunningIntake {
  return new LiveIntake(options)
}

/** What a send will hold, and the collectors as they are once it is acknowledged. */
type Draft = { records: OutgoingRecord[]; collectors: Map<string, CollectorState | undefined> }

/** What one collector has in a post. */
type Share = { newestUs: number; numbers: number[] }

class LiveIntake implements RunningIntake {
  readonly #options: IntakeOptions
  readonly #limits: IntakeLimits
  readonly #collectors = new Map<string, CollectorState>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
  }

  take(post: Post): Promise<void> {
    return this.#inTurn((draft) => this.#draftPost(post, draft))
  }

  takeAlerts(alerts: readonly Alert[], rejects: readonly Reject[]): Promise<void> {
    return this.#inTurn((draft) => {
      this.#addAlerts(alerts, draft)
      this.#addRejects(rejects, draft)
    })
  }

  tick(): Promise<void> {
    return this.#inTurn((draft) => {
      for (const [writer, state] of this.#collectors) this.#draftTick(writer, state, draft)
    })
  }

  stop(end: 'finished' | 'paused'): Promise<void> {
    return this.#inTurn((draft) => {
      if (end === 'paused') return
      for (const [writer, state] of this.#collectors)
        this.#promise(writer, { ...state, statedUs: Infinity }, draft)
    })
  }

  /** Drafts and sends one after the other: what is promised is what stands in the log. */
  #inTurn(fill: (draft: Draft) => void): Promise<void> {
    const work = async (): Promise<void> => {
      const draft: Draft = { records: [], collectors: new Map() }
      fill(draft)
      if (draft.records.length > 0) await this.#options.sender.send(draft.records)
      for (const [writer, state] of draft.collectors)
        if (state === undefined) this.#collectors.delete(writer)
        else this.#collectors.set(writer, state)
    }
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #draftPost(post: Post, draft: Draft): void {
    const { codec, log, nowMs } = this.#options
    const postedAtMs = nowMs()
    const shares = new Map<string, Share>()
    if (post.collector !== undefined) this.#collector(post.collector, post, postedAtMs, draft)
    for (const placed of [...post.events].sort(compareEvents)) {
      const { event } = placed
      const name = { tenantId: event.tenant_id, collectorId: event.collector_id }
      const [writer, state] = this.#collector(name, post, postedAtMs, draft)
      // Late is what is older than what stood in the log before this post.
      const standingUs = this.#collectors.get(writer)?.promisedUs ?? -Infinity
      if (event.occurred_at < standingUs) event.late = true
      else this.#promiseBefore(writer, state, event.occurred_at, postedAtMs, draft)
      draft.records.push(eventRecord(codec, log.laneCount, placed))
      const share = shares.get(writer) ?? { newestUs: -Infinity, numbers: [] }
      share.newestUs = Math.max(share.newestUs, event.occurred_at)
      share.numbers.push(event.collector_seq)
      shares.set(writer, share)
    }
    this.#addRejects(post.rejects, draft)
    for (const [writer, state] of draft.collectors) {
      if (state === undefined) continue
      const { newestUs, numbers } = shares.get(writer) ?? { newestUs: -Infinity, numbers: [] }
      const posted = afterPost(state, newestUs, numbers, postedAtMs)
      draft.collectors.set(writer, posted)
      if (post.statedUs === undefined) continue
      this.#promise(writer, { ...posted, statedUs: post.statedUs }, draft)
    }
  }

  #draftTick(writer: string, state: CollectorState, draft: Draft): void {
    const { nowMs } = this.#options
    const { silentMaxMs, holeGraceMs } = this.#limits
    const lost = takeLosses(state, nowMs(), holeGraceMs)
    const holes = lost.holes.map((hole) => holeAlert(state, hole))
    this.#addAlerts(holes, draft)
    const silentMs = nowMs() - state.postedAtMs
    if (silentMs < silentMaxMs) return this.#promise(writer, lost.state, draft)
    this.#addAlerts([lapseAlert(state, silentMs)], draft)
    draft.collectors.set(writer, undefined)
  }

  #collector(
    name: CollectorName,
    post: Post,
    nowMs: number,
    draft: Draft,
  ): [writer: string, state: CollectorState] {
    const writer = writerOf(name)
    const known = draft.collectors.get(writer) ?? this.#collectors.get(writer)
    const state = known ?? newCollector(name, post.latenessUs, nowMs)
    draft.collectors.set(writer, state)
    if (known === undefined) this.#checkCount(draft)
    return [writer, state]
  }

  #checkCount(draft: Draft): void {
    const { collectorsMaxCount } = this.#limits
    const newCount = [...draft.collectors.keys()].filter((writer) => !this.#collectors.has(writer))
    if (this.#collectors.size + newCount.length > collectorsMaxCount)
      throw new TooManyCollectors(collectorsMaxCount)
  }

  #promiseBefore(
    writer: string,
    state: CollectorState,
    occurredAtUs: number,
    nowMs: number,
    draft: Draft,
  ): void {
    const watermarkUs = promiseBefore(state, occurredAtUs, nowMs)
    if (watermarkUs === undefined) return
    this.#addPromise(writer, watermarkUs, draft)
    draft.collectors.set(writer, { ...state, promisedUs: watermarkUs })
  }

  /** Renews a collector's promise; one that is finished is forgotten. */
  #promise(writer: string, state: CollectorState, draft: Draft): void {
    const watermarkUs = promiseOf(state, this.#options.nowMs())
    const isFinished = watermarkUs === Infinity
    draft.collectors.set(writer, isFinished ? undefined : { ...state, promisedUs: watermarkUs })
    if (watermarkUs !== -Infinity) this.#addPromise(writer, watermarkUs, draft)
  }

  #addPromise(writer: string, watermarkUs: number, draft: Draft): void {
    const promise = { writer, watermarkUs, leaseMs: this.#limits.leaseMs }
    draft.records.push(...promiseRecords(promise, this.#options.log.laneCount))
  }

  #addAlerts(alerts: readonly Alert[], draft: Draft): void {
    const { codec, log } = this.#options
    for (const alert of alerts) draft.records.push(alertRecord(codec, log.laneCount, alert))
  }

  #addRejects(rejects: readonly Reject[], draft: Draft): void {
    const { codec, log } = this.#options
    for (const reject of rejects) draft.records.push(rejectRecord(codec, log.laneCount, reject))
  }
}
