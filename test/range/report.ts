import { quantileSorted } from 'simple-statistics'

import type { LaneResult } from './lane.ts'
import type { LayeredResult } from './layered/layered-lane.ts'
import { PARTS, type Measured } from './measure.ts'
import type { Judged } from './play.ts'

const CONTAINED_MAX_MS = 1_000

type Line = { what: string; found: string; goal: string; isMet: boolean }

/** The report, and whether every goal in it is met. */
export function renderReport(
  results: readonly LaneResult[],
  layered: readonly LayeredResult[],
  heading: { commit: string; machine: string; skipped: readonly string[] },
): { report: string; isMet: boolean } {
  const sections = [...results.map(renderLane), ...layered.map(renderLayered)]
  const lines = [
    '# The live range',
    '',
    `\`npm run range\` at ${heading.commit}; ${heading.machine}.`,
    'Published MCP servers behind taps, published clients, a scripted agent, a pipeline in a',
    'process of its own. Times are of the tap through which the attacker sends, by its monotonic',
    'clock: from the call entering it to the first restriction in force there.',
    '',
    ...heading.skipped.map((one) => `SKIPPED: ${one}\n`),
    ...sections.map(({ text }) => text),
  ]
  return { report: lines.join('\n'), isMet: sections.every(({ isMet }) => isMet) }
}

function renderLane(result: LaneResult): { text: string; isMet: boolean } {
  const { lane, attacks, scenarios, isClockSteady } = result
  const name = lane === 'kafka' ? 'Real Kafka' : 'Embedded'
  const lines: Line[] = attacks.length === 0 ? [] : attackLines(attacks, isClockSteady)
  const wrong = scenarios.filter((one) => one.wrong.length > 0)
  const text = [
    `## ${name}`,
    '',
    ...(lines.length === 0 ? [] : [...table(lines), '', ...partsTable(attacks), '']),
    ...(scenarios.length === 0 ? [] : [...scenarioTable(scenarios), '']),
  ].join('\n')
  return { text, isMet: wrong.length === 0 && lines.every(({ isMet }) => isMet) }
}

function renderLayered({ audit, tellers, judged }: LayeredResult): {
  text: string
  isMet: boolean
} {
  const lines = [
    `## Several layers, ${audit}`,
    '',
    `Told by: ${tellers.join('; ')}.`,
    '',
    ...scenarioTable(judged),
    '',
  ]
  return { text: lines.join('\n'), isMet: judged.every(({ wrong }) => wrong.length === 0) }
}

function attackLines(attacks: readonly Measured[], isClockSteady: boolean): Line[] {
  const count = (isIt: (one: Measured) => boolean): number => attacks.filter(isIt).length
  const all = (what: string, isIt: (one: Measured) => boolean): Line => {
    const found = count(isIt)
    const isMet = found === attacks.length
    return { what, found: `${found} of ${attacks.length}`, goal: 'all', isMet }
  }
  const contained = sorted(attacks.map(({ containedMs }) => containedMs))
  const p99 = contained.length === attacks.length ? at(contained, 0.99) : Infinity
  const sum = (of: (one: Measured) => number): number =>
    attacks.reduce((total, one) => total + of(one), 0)
  const forwarded = sum((one) => one.forwardedAfterCount)
  const lost = sum((one) => Math.max(0, one.receivedCount - one.sentCount))
  return [
    { what: 'runs of the attack', found: String(attacks.length), goal: 'reported', isMet: true },
    all('became a critical incident', ({ severity }) => severity === 'critical'),
    {
      what: 'attack to containment at the tap, p50 / p90 / p99 / max',
      found: [0.5, 0.9, 0.99, 1].map((share) => ms(at(contained, share))).join(' / '),
      goal: `p99 ≤ ${CONTAINED_MAX_MS} ms`,
      isMet: p99 <= CONTAINED_MAX_MS,
    },
    {
      what: 'the same, to the other tap of the session too, p50 / p99',
      found: quantiles(attacks.map(({ everywhereMs }) => everywhereMs)),
      goal: 'reported',
      isMet: true,
    },
    {
      what: 'calls forwarded that entered a tap after that',
      found: String(forwarded),
      goal: '0',
      isMet: forwarded === 0,
    },
    {
      what: 'mails the server got that its tap had not let through',
      found: String(lost),
      goal: '0',
      isMet: lost === 0,
    },
    all('later calls all refused', ({ run }) => run.isContained && run.laterPassedCount === 0),
    all('restrictions and revocations all proven by telemetry', isProven),
    all('the token is dead at the authorization server', ({ run }) => !run.isTokenTaken),
    {
      what: 'the machine’s clock was not set meanwhile',
      found: isClockSteady ? 'so' : 'it was',
      goal: 'so',
      isMet: isClockSteady,
    },
  ]
}

/** The session, the server, the agent, and its tokens. */
const PROVEN = ['refuse agent', 'refuse server', 'refuse session', 'oauth-revocation agent']

function isProven({ proofs }: Measured): boolean {
  const isEach = PROVEN.every((what) => proofs.some((one) => one.what === what))
  return isEach && proofs.every(({ phase }) => phase === 'proven')
}

function partsTable(attacks: readonly Measured[]): string[] {
  return [
    '| of that | p50 | p90 | p99 |',
    '| --- | --- | --- | --- |',
    ...PARTS.map((part) => {
      const times = sorted(attacks.map(({ parts }) => parts?.[part]))
      return `| ${part} | ${[0.5, 0.9, 0.99].map((share) => ms(at(times, share))).join(' | ')} |`
    }),
  ]
}

function scenarioTable(scenarios: readonly Judged[]): string[] {
  return [
    '| scenario | play | should become | became | |',
    '| --- | --- | --- | --- | --- |',
    ...scenarios.map(({ scenario, title, kind, twin, expected, found, wrong }) => {
      const name =
        kind === 'attack' ? `${scenario}: ${title}` : ['its benign twin', twin].join(' ').trim()
      const verdict = wrong.length === 0 ? 'met' : `missed: ${wrong.join('; ')}`
      return `| ${name} | ${kind} | ${expected} | ${found} | ${verdict} |`
    }),
  ]
}

function table(lines: readonly Line[]): string[] {
  return [
    '| what | found | goal | |',
    '| --- | --- | --- | --- |',
    ...lines.map(
      ({ what, found, goal, isMet }) =>
        `| ${what} | ${found} | ${goal} | ${isMet ? 'met' : 'missed'} |`,
    ),
  ]
}

function quantiles(times: readonly (number | undefined)[]): string {
  const found = sorted(times)
  return [0.5, 0.99].map((share) => ms(at(found, share))).join(' / ')
}

function sorted(times: readonly (number | undefined)[]): number[] {
  return times.filter((time) => time !== undefined).sort((one, other) => one - other)
}

const at = (times: readonly number[], share: number): number =>
  times.length === 0 ? NaN : quantileSorted([...times], share)

const ms = (time: number): string => (Number.isFinite(time) ? `${Math.round(time)} ms` : '–')
