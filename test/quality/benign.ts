import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { Alert } from '#domain/records/index.ts'
import { readLabels } from '../../services/cli/quality/labels.ts'
import { sharedFile } from '../support/shared-data.ts'
import { replayOf } from '../support/replays.ts'

/** Above this share of benign sessions no rule of a level above medium may fire. */
const SHARE_MAX = 0.01
const PACKS = ['train', 'valid'] as const
const GRAVE_LEVELS: readonly Alert['level'][] = ['high', 'critical']

type Noise = { level: Alert['level']; sessions: Set<string> }

/**
 * Prints on which share of the benign sessions of the labelled packs each rule fires, and ends with
 * 1 where a rule above medium fires on more than one in a hundred. `--pack NAME` takes one of them.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { pack: { type: 'string', multiple: true } } })
  const noise = new Map<string, Noise>()
  let benignCount = 0
  for (const pack of values.pack ?? PACKS) {
    const events = sharedFile(`agentdojo/${pack}.events.ndjson.gz`)
    const labels = sharedFile(`agentdojo/${pack}.labels.ndjson.gz`)
    if (events === undefined || labels === undefined) return
    const benign = benignSessions(labels)
    benignCount += benign.size
    const { findings } = await replayOf(events, { environment: {} })
    for (const alert of findings.alerts.values()) addAlert(noise, alert, benign, pack)
  }
  const isQuiet = report(noise, benignCount)
  process.exitCode = isQuiet ? 0 : 1
}

function benignSessions(labelsPath: string): Set<string> {
  const lines = gunzipSync(readFileSync(labelsPath)).toString('utf8').split('\n')
  const { sessions } = readLabels(lines)
  const benign = sessions.filter(({ label }) => label === 'benign')
  return new Set(benign.map(({ session_id }) => session_id))
}

function addAlert(
  noise: Map<string, Noise>,
  alert: Alert,
  benign: ReadonlySet<string>,
  pack: string,
): void {
  const name = alert.rule_name ?? alert.rule_id
  const known = noise.get(name) ?? { level: alert.level, sessions: new Set<string>() }
  noise.set(name, known)
  if (benign.has(alert.session_id)) known.sessions.add(`${pack}:${alert.session_id}`)
}

/** Prints the table, the noisiest first; returns whether every grave rule is quiet enough. */
function report(noise: ReadonlyMap<string, Noise>, benignCount: number): boolean {
  const rows = [...noise]
    .map(([name, { level, sessions }]) => ({ name, level, count: sessions.size }))
    .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
  process.stdout.write(`${benignCount} benign sessions\n`)
  let isQuiet = true
  for (const { name, level, count } of rows) {
    const share = benignCount === 0 ? 0 : count / benignCount
    const isTooLoud = GRAVE_LEVELS.includes(level) && share > SHARE_MAX
    if (isTooLoud) isQuiet = false
    const percent = `${(share * 100).toFixed(2)} %`.padStart(9)
    const mark = isTooLoud ? '  above 1 %' : ''
    process.stdout.write(
      `${percent} ${String(count).padStart(5)}  ${level.padEnd(13)} ${name}${mark}\n`,
    )
  }
  return isQuiet
}

await main()
