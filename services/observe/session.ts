import type { Layer } from '#domain/records/index.ts'
import type { ActivityState } from './activity.ts'
import { APPLICATION_OBSERVER } from './application.ts'
import { DATA_OBSERVER } from './data.ts'
import { MODEL_OBSERVER } from './model.ts'
import { NETWORK_OBSERVER } from './network.ts'
import { packNumbers, unpackNumbers } from './packing.ts'
import type { AnyEvent, LayerObserver } from './sight.ts'
import type { SummaryState } from './summary.ts'

/** What one layer of a session is kept as. Depends on that layer's events alone, in their order. */
export type LayerState = {
  lastAtUs: number
  /** Of an address: the window its counts are of. */
  window: number
  /** Ever higher from event to event of the layer in this lane: who was heard of last. */
  arrival: number
  /** Hashes of the newest event ids. */
  seen: Set<number>
  seenDropped: number
  /** By server. */
  activities: Map<string, ActivityState>
  facts: unknown
}

/** One session, or one address (`server:<id>`), with all that is known of it. */
export type Session = {
  tenantId: string
  sessionId: string
  layers: Map<Layer, LayerState>
  summary: SummaryState | undefined
}

/** Before every window. */
const NO_WINDOW = -1

type PackedLayer = Omit<LayerState, 'seen' | 'activities'> & {
  seen: string
  activities: [string, ActivityState][]
}
type PackedSession = Omit<Session, 'layers'> & { layers: [Layer, PackedLayer][] }

const OBSERVERS: Record<Layer, LayerObserver<AnyEvent, unknown>> = {
  application: APPLICATION_OBSERVER,
  data: DATA_OBSERVER,
  network: NETWORK_OBSERVER,
  model: MODEL_OBSERVER,
}

/** Who watches a layer. */
export function observerOf(layer: Layer): LayerObserver<AnyEvent, unknown> {
  return OBSERVERS[layer]
}

/** A layer of which nothing was seen before this moment. */
export function newLayer(layer: Layer, atUs: number): LayerState {
  return {
    lastAtUs: atUs,
    window: NO_WINDOW,
    arrival: 0,
    seen: new Set(),
    seenDropped: 0,
    activities: new Map(),
    facts: OBSERVERS[layer].empty(),
  }
}

/** A session as JSON that nobody changes later; undefined where nothing is left of it. */
export function packSession(session: Session): unknown {
  if (session.layers.size === 0 && session.summary === undefined) return undefined
  const layers = [...session.layers].map(([layer, state]): [Layer, PackedLayer] => [
    layer,
    {
      ...state,
      seen: packNumbers(state.seen),
      activities: structuredClone([...state.activities]),
      facts: OBSERVERS[layer].pack(state.facts),
    },
  ])
  return { ...session, layers, summary: structuredClone(session.summary) }
}

/** The session of `packSession`. */
export function unpackSession(body: unknown): Session {
  const { layers, summary, ...names } = structuredClone(body) as PackedSession
  return {
    ...names,
    summary,
    layers: new Map(
      layers.map(([layer, packed]) => [
        layer,
        {
          ...packed,
          seen: new Set(unpackNumbers(packed.seen)),
          activities: new Map(packed.activities),
          facts: OBSERVERS[layer].unpack(packed.facts),
        },
      ]),
    ),
  }
}
