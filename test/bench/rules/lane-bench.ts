import { join } from 'node:path'

import { compareFiles, type Comparison } from './compare.ts'
import { DOCUMENTED_DIFFERENCES } from './documented-differences.ts'
import type { LaneFile } from './lanes.ts'
import { startMeasured, type MeasuredProcess } from './measured-process.ts'
import { PEER_DEFAULT, PEER_TOLD, timePeer, writePeerMatches } from './peer.ts'
import type { Peer, PeerTurn } from './peer.ts'
import type { Pin } from './pin.ts'
import type { Naive, Timing, Way } from './protocol.ts'
import type { RuleTree } from './rule-trees.ts'

/** How long and how often to measure, on which core, beside whom. */
export type Setup = {
  seconds: number
  roundsCount: number
  pin: Pin
  peer: Peer | undefined
  directory: string
}

/** All that was measured on one lane with one tree. */
export type LaneResult = {
  lane: LaneFile
  /** Knowing nothing of the lane: every rule of the tree is tried. */
  untold: Measured
  /** Told the lane's logsource; undefined where none can be stated. */
  told: Measured | undefined
  naive: Naive
  /** The peer's last turn; undefined without one. */
  peerTurn: PeerTurn | undefined
}

/** What each round measured, ours and the peer's, and how their matches compare. */
export type Measured = {
  ours: Record<Way, Timing[]>
  peer: { parsed: Timing[]; unparsed: Timing[] }
  comparison: Comparison | undefined
}

/** The ways that are timed in every round; `unseen` only where more events can be made. */
const WAYS: readonly Way[] = ['repeated', 'fresh', 'unseen', 'unparsed']

/** Compares the matches of both engines on one lane, then has them measure in turns. */
export async function benchLane(tree: RuleTree, lane: LaneFile, setup: Setup): Promise<LaneResult> {
  const ours = startMeasured({ rulesDirectory: tree.directory, lane }, setup.pin)
  try {
    const untold = newMeasured()
    const told = lane.logsource === undefined ? undefined : newMeasured()
    await compareBoth(ours, tree, lane, setup, { untold, told })
    let peerTurn: PeerTurn | undefined
    for (let round = 0; round < setup.roundsCount; round += 1) {
      await timeOurs(ours, lane, setup.seconds, untold, false)
      if (told !== undefined) await timeOurs(ours, lane, setup.seconds, told, true)
      if (setup.peer === undefined) continue
      peerTurn = timePeer(setup.peer, tree.directory, lane)
      addTheirs(peerTurn, { untold, told })
    }
    const { naive } = await ours.ask({ kind: 'naive', seconds: setup.seconds })
    if (naive === undefined) throw new Error('the engine gave no naive timing')
    return { lane, untold, told, naive, peerTurn }
  } finally {
    await ours.stop()
  }
}

type Both = { untold: Measured; told: Measured | undefined }

async function compareBoth(
  ours: MeasuredProcess,
  tree: RuleTree,
  lane: LaneFile,
  { peer, directory }: Setup,
  { untold, told }: Both,
): Promise<void> {
  if (peer === undefined) return
  const [mine, theirs] = [join(directory, 'ours.ndjson'), join(directory, 'peer.ndjson')]
  for (const [measured, isTold] of [
    [untold, false],
    [told, true],
  ] as const) {
    if (measured === undefined) continue
    await ours.ask({ kind: 'matches', isTold, path: mine })
    writePeerMatches(peer, tree.directory, lane, isTold ? PEER_TOLD : PEER_DEFAULT, theirs)
    measured.comparison = compareFiles(mine, theirs, DOCUMENTED_DIFFERENCES)
  }
}

async function timeOurs(
  ours: MeasuredProcess,
  lane: LaneFile,
  seconds: number,
  into: Measured,
  isTold: boolean,
): Promise<void> {
  for (const way of WAYS) {
    if (way === 'unseen' && !lane.isGenerated) continue
    const { timing } = await ours.ask({ kind: 'time', isTold, way, seconds })
    if (timing !== undefined) into.ours[way].push(timing)
  }
}

function addTheirs({ byVariant }: PeerTurn, { untold, told }: Both): void {
  for (const [measured, variant] of [
    [untold, PEER_DEFAULT],
    [told, PEER_TOLD],
  ] as const) {
    const timing = byVariant.get(variant)
    if (measured === undefined || timing === undefined) continue
    measured.peer.parsed.push(timing.parsed)
    measured.peer.unparsed.push(timing.unparsed)
  }
}

function newMeasured(): Measured {
  return {
    ours: { repeated: [], fresh: [], unparsed: [], unseen: [] },
    peer: { parsed: [], unparsed: [] },
    comparison: undefined,
  }
}
