import type { Layer } from '#domain/records/index.ts'
import type { AnyEvent } from './sight.ts'

/** State key of the topics' times: no session's key begins so. */
export const TOPIC_TIMES_KEY = '~topic-times'

/**
 * How far each layer's topic has come in this lane, by its own events: what a late event is
 * measured against. The watermark would not do, since it depends on the other topics.
 */
export class TopicTimes {
  #timesUs: Partial<Record<Layer, number>> = {}
  #hasChanged = false

  of(layer: Layer): number {
    return this.#timesUs[layer] ?? -Infinity
  }

  /** Late events, and clocks that run ahead of the collector's, do not move a topic's time. */
  advance(layer: Layer, event: AnyEvent): void {
    const atUs = Math.min(event.occurred_at, event.collected_at)
    if (event.late || atUs <= this.of(layer)) return
    this.#timesUs[layer] = atUs
    this.#hasChanged = true
  }

  /** The times, where they changed since the last call. */
  takeChange(): unknown {
    if (!this.#hasChanged) return undefined
    this.#hasChanged = false
    return { ...this.#timesUs }
  }

  restore(body: unknown): void {
    this.#timesUs = { ...(body as Partial<Record<Layer, number>>) }
  }
}
