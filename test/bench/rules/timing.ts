import { performance } from 'node:perf_hooks'

import type { Timing } from './protocol.ts'

/** The passes that are timed: `prepare` runs before each of them, outside of the clock. */
export type Passes = {
  eventsCount: number
  seconds: number
  /** As many even where `seconds` have not gone by. */
  passesMax?: number
  prepare: () => void
  /** Goes over all events once; answers how many rules matched. */
  run: () => number
}

/** One pass that is not counted, then whole passes until `seconds` have gone by; at least one. */
export function timePasses(passes: Passes): Timing {
  const { eventsCount, seconds, passesMax = Number.POSITIVE_INFINITY, prepare, run } = passes
  prepare()
  const matchesCount = run()
  let [passesCount, wallMs, cpuUs] = [0, 0, 0]
  while (passesCount === 0 || (wallMs < seconds * 1000 && passesCount < passesMax)) {
    prepare()
    const cpuAtStart = process.cpuUsage()
    const startedAtMs = performance.now()
    run()
    wallMs += performance.now() - startedAtMs
    const cpu = process.cpuUsage(cpuAtStart)
    cpuUs += cpu.user + cpu.system
    passesCount += 1
  }
  return timingOf(passesCount * eventsCount, wallMs, cpuUs, matchesCount)
}

function timingOf(
  eventsCount: number,
  wallMs: number,
  cpuUs: number,
  matchesCount: number,
): Timing {
  return {
    eventsPerSecond: (eventsCount / wallMs) * 1000,
    cpuSecondsPerMillion: cpuUs / eventsCount,
    matchesCount,
  }
}
