import type { Effect } from './lexicon.ts'
import { emptyToolSources, type ToolSources } from './definitions.ts'
import { packHashes, packNumbers, unpackHashes, unpackNumbers } from './packing.ts'
import { emptyProvenance, type Provenance, type Span } from './provenance.ts'
import { emptySourceServers, type SourceServers } from './source-servers.ts'

/** A call whose result has not come yet; `echo`: hidden tokens of its arguments. */
export type OpenCall = { callId: string | null; tool: string; effect: Effect; echo: number[] }

/** What is kept of a session's application events. */
export type ApplicationFacts = {
  toolCalls: number
  errors: number
  denials: number
  /** Times of the last request and of the end, by the source's clock. */
  requestAtUs: number | null
  endedAtUs: number | null
  /** Calls by tool, and by tool with arguments (48-bit hashes). */
  callsByTool: Map<string, number>
  callsByArguments: Map<number, number>
  toolsDropped: number
  openCalls: OpenCall[]
  provenance: Provenance
  /** Tokens and sources that found no room so far. */
  tokensDropped: number
  toolSources: ToolSources
  sourceServers: SourceServers
}

type PackedProvenance = Omit<Provenance, 'user' | 'index' | 'spans'> & {
  user: string
  index: string
  spans: (Omit<Span, 'tokens'> & { tokens: string })[]
}
type PackedCall = Omit<OpenCall, 'echo'> & { echo: string }
type Packed = Omit<
  ApplicationFacts,
  'callsByTool' | 'callsByArguments' | 'openCalls' | 'provenance' | 'toolSources' | 'sourceServers'
> & {
  toolSources: { definitions: string; servers: string }
  sourceServers: { servers: string[]; sources: string }
  openCalls: PackedCall[]
  callsByTool: [string, number][]
  callsByArguments: [number, number][]
  provenance: PackedProvenance
}

const ENTRY_SIZE = 256

/** Nothing seen yet. */
export function emptyApplication(): ApplicationFacts {
  return {
    toolCalls: 0,
    errors: 0,
    denials: 0,
    requestAtUs: null,
    endedAtUs: null,
    callsByTool: new Map(),
    callsByArguments: new Map(),
    toolsDropped: 0,
    openCalls: [],
    provenance: emptyProvenance(),
    tokensDropped: 0,
    toolSources: emptyToolSources(),
    sourceServers: emptySourceServers(),
  }
}

/** The facts as JSON that nobody changes later: hashes, never text. */
export function packApplication(facts: ApplicationFacts): Packed {
  const { provenance, sourceServers, toolSources } = facts
  return {
    ...facts,
    toolSources: {
      definitions: packNumbers(toolSources.definitions),
      servers: packNumbers(toolSources.servers),
    },
    sourceServers: {
      servers: [...sourceServers.servers],
      sources: packNumbers(sourceServers.sources),
    },
    callsByTool: [...facts.callsByTool],
    callsByArguments: [...facts.callsByArguments],
    openCalls: facts.openCalls.map((call) => ({ ...call, echo: packHashes(call.echo) })),
    provenance: {
      ...provenance,
      user: packHashes(provenance.user),
      index: packNumbers([...provenance.index].map(packedEntry)),
      sources: provenance.sources.map((source) => ({ ...source })),
      spans: provenance.spans.map((span) => ({ ...span, tokens: packHashes(span.tokens) })),
      texts: [...provenance.texts],
      requests: [...provenance.requests],
    },
  }
}

/** The facts of `packApplication`. */
export function unpackApplication(body: unknown): ApplicationFacts {
  const packed = structuredClone(body) as Packed
  const { provenance, sourceServers, toolSources } = packed
  return {
    ...packed,
    toolSources: {
      definitions: unpackNumbers(toolSources.definitions),
      servers: unpackNumbers(toolSources.servers),
    },
    sourceServers: { ...sourceServers, sources: unpackNumbers(sourceServers.sources) },
    callsByTool: new Map(packed.callsByTool),
    callsByArguments: new Map(packed.callsByArguments),
    openCalls: packed.openCalls.map((call) => ({ ...call, echo: unpackHashes(call.echo) })),
    provenance: {
      ...provenance,
      user: new Set(unpackHashes(provenance.user)),
      index: new Map(unpackNumbers(provenance.index).map(entryOf)),
      spans: provenance.spans.map((span) => ({
        ...span,
        tokens: new Set(unpackHashes(span.tokens)),
      })),
    },
  }
}

function packedEntry([token, entry]: [number, number]): number {
  return (token >>> 0) * ENTRY_SIZE + entry
}

function entryOf(packed: number): [token: number, entry: number] {
  const token = Math.floor(packed / ENTRY_SIZE)
  return [token | 0, packed - token * ENTRY_SIZE]
}
