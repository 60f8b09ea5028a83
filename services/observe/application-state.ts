import type { Effect } from './lexicon.ts'
import { emptyToolSources, type ToolSources } from './definitions.ts'
import { packHashes, packNumbers, unpackHashes, unpackNumbers } from './packing.ts'
import { packProvenance, unpackProvenance, type PackedProvenance } from './provenance-packing.ts'
import { emptyProvenance, type Provenance, type Taint } from './provenance.ts'
import { emptySourceServers, type SourceServers } from './source-servers.ts'

/** A call whose result has not come yet. */
export type OpenCall = {
  callId: string | null
  tool: string
  effect: Effect
  /** Hidden tokens of its arguments, and the share of them that the user named. */
  echo: number[]
  namedShare: number
  /** The instruction that made it, if one did. */
  taint: Taint | null
  /** How well the text that gave its values fits what the user handed on, and pointed at. */
  lineage: [delegated: number, pointed: number]
}

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
  /** Hash of the tool called last; 0 where there was none. */
  previousTool: number
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
  callsByArguments: { hashes: string; counts: number[] }
  provenance: PackedProvenance
}

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
    previousTool: 0,
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
    callsByArguments: {
      hashes: packNumbers(facts.callsByArguments.keys()),
      counts: [...facts.callsByArguments.values()],
    },
    openCalls: facts.openCalls.map((call) => ({ ...call, echo: packHashes(call.echo) })),
    provenance: packProvenance(provenance),
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
    callsByArguments: unpackCounts(packed.callsByArguments),
    openCalls: packed.openCalls.map((call) => ({ ...call, echo: unpackHashes(call.echo) })),
    provenance: unpackProvenance(provenance),
  }
}

function unpackCounts({ hashes, counts }: Packed['callsByArguments']): Map<number, number> {
  return new Map(unpackNumbers(hashes).map((hash, at) => [hash, counts[at] ?? 0]))
}
