import { severityOf } from './incidents.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { Stage, type StageWorld } from './stage.ts'
import type { TimedRecord } from './timed-records.ts'

export type PlayKind = 'attack' | 'twin'

/** A play that has been played; nobody has judged yet what it came to. */
export type Played = {
  scenario: Scenario
  kind: PlayKind
  stage: Stage
  settledAtMs: number
  /** Why it could not be played to its end. */
  failure: string | undefined
}

/** What a play came to. */
export type Judged = {
  scenario: string
  title: string
  kind: PlayKind
  /** Which of several twins. */
  twin?: string | undefined
  expected: string
  found: string
  /** What is not as it should be; empty: all is. */
  wrong: string[]
}

/** Plays a scenario, or its benign twin, on a stage of its own. */
export async function play(world: StageWorld, scenario: Scenario, kind: PlayKind): Promise<Played> {
  const stage = new Stage(world, `${scenario.name}-${kind}`)
  let failure: string | undefined
  try {
    await scenario[kind](stage)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  } finally {
    await stage.close()
  }
  const settlesAfterMs = kind === 'attack' ? (scenario.settlesAfterMs ?? 0) : 0
  return { scenario, kind, stage, settledAtMs: Date.now() + settlesAfterMs, failure }
}

/** Says of each play whether it became what it should. */
export function judgePlays(played: readonly Played[], records: readonly TimedRecord[]): Judged[] {
  return played.map(({ scenario, kind, stage, failure }) => {
    const { severity, rules } = scenario.becomes
    const found = stage.sessionIds().map((sessionId) => severityOf(sessionId, records))
    const gravest = ['critical', 'high', 'moderate'].find((one) => found.includes(one)) ?? 'none'
    const expected = kind === 'attack' ? severity : 'none'
    const wrong = failure === undefined ? [] : [`it could not be played: ${failure}`]
    if (gravest !== expected) wrong.push(`${gravest} and not ${expected}`)
    const fired = firedIn(stage.sessionIds(), records)
    if (kind === 'attack') {
      for (const rule of rules) if (!fired.includes(rule)) wrong.push(`${rule} did not fire`)
      wrong.push(...(scenario.alsoHolds?.(records, stage) ?? []))
    } else if (gravest !== 'none') wrong.push(`fired: ${fired.join(', ')}`)
    const { name, title } = scenario
    return { scenario: name, title, kind, expected, found: gravest, wrong }
  })
}

/** The names of the rules that fired in some conversations. */
function firedIn(sessionIds: readonly string[], records: readonly TimedRecord[]): string[] {
  const fired = records.flatMap((one) =>
    one.topic === 'alerts.v1' && sessionIds.includes(one.value.session_id)
      ? [one.value.rule_name]
      : [],
  )
  return [...new Set(fired)].sort()
}
