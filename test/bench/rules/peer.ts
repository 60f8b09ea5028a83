import { execFileSync } from 'node:child_process'

import type { Logsource } from './lanes/lane.ts'
import type { LaneFile } from './lanes.ts'
import { pinned, type Pin } from './pin.ts'
import type { Timing } from './protocol.ts'

/** Another engine's command, and how it is run. */
export type Peer = { command: readonly string[]; pin: Pin; seconds: number }

/** What a peer measured on one file of events. */
export type PeerTurn = { engine: string; loadMs: number; byVariant: Map<string, PeerTiming> }
type PeerTiming = { parsed: Timing; unparsed: Timing }

/** The peer's names for an engine that tries all rules, and for one told the logsource. */
export const PEER_DEFAULT = 'default'
export const PEER_TOLD = 'static_loaded'

const OUTPUT_MAX_BYTES = 64 * 2 ** 20

type PeerReport = {
  engine: string
  rules: { load_ms: number }
  variants: { variant: string; evaluate_only: PeerFigures; parse_and_evaluate: PeerFigures }[]
}
type PeerFigures = { events_per_s: number; cpu_s_per_million: number; matches_per_pass: number }

/** Has the peer measure its default on a file and, where a logsource is stated, the told one. */
export function timePeer(peer: Peer, rulesDirectory: string, lane: LaneFile): PeerTurn {
  const wanted = lane.logsource === undefined ? PEER_DEFAULT : PEER_TOLD
  const words = ['--seconds', String(peer.seconds), ...variantWords(wanted)]
  const { engine, rules, variants } = runPeer(peer, rulesDirectory, lane, words)
  const timings = variants.map(
    ({ variant, evaluate_only, parse_and_evaluate }) =>
      [
        variant,
        { parsed: timingOf(evaluate_only), unparsed: timingOf(parse_and_evaluate) },
      ] as const,
  )
  return { engine, loadMs: rules.load_ms, byVariant: new Map(timings) }
}

/** Has the peer write which rules match each event, a JSON array of ids a line. */
export function writePeerMatches(
  peer: Peer,
  rulesDirectory: string,
  lane: LaneFile,
  variant: string,
  out: string,
): void {
  const words = ['--seconds', '0', ...variantWords(variant), '--out', out, '--out-variant', variant]
  runPeer(peer, rulesDirectory, lane, words)
}

/** `product=P,category=C,service=S`, as peers and our own commands take it. */
export function logsourceText(logsource: Logsource): string {
  return Object.entries(logsource)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}

/** The default always runs; `none` asks for nothing beside it. */
function variantWords(variant: string): string[] {
  return ['--variants', variant === PEER_DEFAULT ? 'none' : variant]
}

function runPeer(
  peer: Peer,
  rulesDirectory: string,
  lane: LaneFile,
  more: readonly string[],
): PeerReport {
  const told = lane.logsource === undefined ? [] : ['--logsource', logsourceText(lane.logsource)]
  const all = [...peer.command, rulesDirectory, lane.path, '--json', ...told, ...more]
  const [program = '', ...rest] = pinned(peer.pin, all)
  const output = execFileSync(program, rest, {
    maxBuffer: OUTPUT_MAX_BYTES,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output.toString('utf8')) as PeerReport
}

function timingOf(figures: PeerFigures): Timing {
  return {
    eventsPerSecond: figures.events_per_s,
    cpuSecondsPerMillion: figures.cpu_s_per_million,
    matchesCount: figures.matches_per_pass,
  }
}
