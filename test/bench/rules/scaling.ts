import type { Setup } from './lane-bench.ts'
import type { LaneFile } from './lanes.ts'
import { startMeasured } from './measured-process.ts'
import { PEER_DEFAULT, timePeer } from './peer.ts'
import type { Loaded } from './protocol.ts'
import { writeTreeOf, type RuleTree } from './rule-trees.ts'
import { spreadOf } from './statistics.ts'

/** What one event costs with so many rules. */
export type ScalingStep = {
  rulesCount: number
  microsPerEvent: number
  peerMicrosPerEvent: number | undefined
  loaded: Loaded
}

const RULES_COUNTS = [100, 1000, 3000, 10_000] as const

/** Measures parsed events on ever more rules, all sizes in turns; medians of the rounds. */
export async function benchScaling(
  tree: RuleTree,
  lane: LaneFile,
  setup: Setup,
): Promise<ScalingStep[]> {
  const sizes = RULES_COUNTS.map((count) => {
    const { directory } = writeTreeOf(count, tree, setup.directory)
    const ours = startMeasured({ rulesDirectory: directory, lane }, setup.pin)
    return { rulesCount: count, directory, ours, micros: [] as number[], peers: [] as number[] }
  })
  const steps: ScalingStep[] = []
  try {
    const loads: (Loaded | undefined)[] = []
    for (const { ours } of sizes) loads.push((await ours.ask({ kind: 'load' })).loaded)
    for (let round = 0; round < setup.roundsCount; round += 1)
      for (const { ours, directory, micros, peers } of sizes) {
        const { seconds, peer } = setup
        const answer = await ours.ask({ kind: 'time', isTold: false, way: 'fresh', seconds })
        micros.push(1e6 / (answer.timing?.eventsPerSecond ?? Number.NaN))
        if (peer === undefined) continue
        const theirs = timePeer(peer, directory, { ...lane, logsource: undefined })
        peers.push(1e6 / (theirs.byVariant.get(PEER_DEFAULT)?.parsed.eventsPerSecond ?? Number.NaN))
      }
    for (const [index, { rulesCount, micros, peers }] of sizes.entries()) {
      const loaded = loads[index]
      if (loaded === undefined) throw new Error('the engine gave no load')
      const peerMicrosPerEvent = peers.length === 0 ? undefined : spreadOf(peers).median
      const microsPerEvent = spreadOf(micros).median
      steps.push({ rulesCount, microsPerEvent, peerMicrosPerEvent, loaded })
    }
    return steps
  } finally {
    for (const { ours } of sizes) await ours.stop()
  }
}
