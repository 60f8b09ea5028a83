import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { CLOUD_AUDIT } from './lanes/cloud-audit.ts'
import { FILE_EVENT } from './lanes/file-event.ts'
import type { Lane, Logsource } from './lanes/lane.ts'
import { LINUX_AUDIT, LINUX_PROCESS } from './lanes/linux.ts'
import { NETWORK_SYSLOG } from './lanes/network-syslog.ts'
import { PROCESS_CREATION } from './lanes/process-creation.ts'
import { RAW_WINDOWS } from './lanes/raw-windows.ts'
import { SERVICE_RECORDS } from './lanes/service-records.ts'
import { TOOL_CALLS } from './lanes/tool-calls.ts'
import { WEB_ACCESS, WEB_PROXY } from './lanes/web.ts'
import { randomFrom } from './random.ts'

/** A file of records, a JSON object a line, and what may be told an engine about all of them. */
export type LaneFile = {
  name: string
  describes: string
  path: string
  logsource: Logsource | undefined
  /** True where more records like these can be made: `laneLines` knows the name. */
  isGenerated: boolean
}

const PURE_LANES: readonly Lane[] = [
  PROCESS_CREATION,
  FILE_EVENT,
  RAW_WINDOWS,
  NETWORK_SYSLOG,
  CLOUD_AUDIT,
  TOOL_CALLS,
  WEB_PROXY,
  WEB_ACCESS,
  LINUX_PROCESS,
  LINUX_AUDIT,
  SERVICE_RECORDS,
]

/** Lanes start far apart, so that none repeats the ids of another. */
const LANE_SEED_STEP = 10_007

/** Records of every other lane in turns that chance decides. */
const MIXED: Lane = {
  name: 'mixed',
  describes: 'records of all the other lanes, mixed',
  logsource: undefined,
  record: (random, index) => random.pick(PURE_LANES).record(random, index),
}

export const LANES: readonly Lane[] = [...PURE_LANES, MIXED]

/** Lines of one lane; equal seeds give equal lines. */
export function laneLines(lane: Lane, count: number, seed: number): string[] {
  const random = randomFrom(seed + LANES.indexOf(lane) * LANE_SEED_STEP)
  return Array.from({ length: count }, (_, index) => JSON.stringify(lane.record(random, index)))
}

/** Writes a file for each of the lanes into a directory. */
export function writeLanes(
  directory: string,
  lanes: readonly Lane[],
  count: number,
  seed: number,
): LaneFile[] {
  return lanes.map((lane) => {
    const { name, describes, logsource } = lane
    const path = join(directory, `${name}.ndjson`)
    writeFileSync(path, `${laneLines(lane, count, seed).join('\n')}\n`)
    return { name, describes, path, logsource, isGenerated: true }
  })
}
