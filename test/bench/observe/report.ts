import type { Measured } from './measure.ts'

const CALL_MAX_US = 60
const KIB_MAX_US = 15
const STATE_MAX_BYTES = 64 * 1024
const COST_HEAD =
  'input | sessions | calls | µs a call | results | KiB | µs a result | µs a KiB more'

/** The report as Markdown, and whether every goal is met. */
export function renderReport(
  measured: readonly Measured[],
  heading: { commit: string; machine: string; skipped: readonly string[] },
): { report: string; isMet: boolean } {
  const goals = measured.flatMap(goalsOf)
  const report = [
    '# Observe bench\n',
    `Commit ${heading.commit}, ${heading.machine}. Processor time of the whole process in the`,
    'cheapest of twelve passes, with 32 sessions at the same time, at most 1024 timed; everything',
    '`observe` does with an event counts, nothing around it does. The cost of a result is a line',
    'fitted through results by their size: so much an event, so much a KiB.\n',
    ...heading.skipped,
    table(
      ['input', 'goal', 'measured', ''],
      goals.map(({ input, goal, figure, isMet }) => [input, goal, figure, isMet ? 'PASS' : 'FAIL']),
    ),
    '',
    table(COST_HEAD.split(' | '), measured.map(costRow)),
    '\nAll that results cost, over all their KiB: ' + measured.map(wholeText).join('; ') + '.\n',
    table(['input', 'packed state p50', 'p99', 'max'], measured.map(stateRow)),
    '',
  ].join('\n')
  return { report, isMet: goals.every(({ isMet }) => isMet) }
}

type Goal = { input: string; goal: string; figure: string; isMet: boolean }

function goalsOf({ name, calls, results, stateBytes }: Measured): Goal[] {
  const bytes = quantile(stateBytes, 0.99)
  return [
    {
      input: name,
      goal: `a tool call ≤ ${CALL_MAX_US} µs`,
      figure: calls.eventUs.toFixed(1),
      isMet: calls.eventUs <= CALL_MAX_US,
    },
    {
      input: name,
      goal: `a KiB of tool result ≤ ${KIB_MAX_US} µs`,
      figure: results.kibUs.toFixed(1),
      isMet: results.kibUs <= KIB_MAX_US,
    },
    {
      input: name,
      goal: `packed state, p99 ≤ ${STATE_MAX_BYTES / 1024} KiB`,
      figure: kib(bytes),
      isMet: bytes <= STATE_MAX_BYTES,
    },
  ]
}

function costRow({ name, sessionsCount, calls, results }: Measured): string[] {
  return [
    name,
    String(sessionsCount),
    String(calls.count),
    calls.eventUs.toFixed(1),
    String(results.count),
    results.kib.toFixed(0),
    results.eventUs.toFixed(1),
    results.kibUs.toFixed(1),
  ]
}

function wholeText({ name, results }: Measured): string {
  return `${name} ${results.wholeUs.toFixed(1)} µs a KiB`
}

function stateRow({ name, stateBytes }: Measured): string[] {
  return [name, ...[0.5, 0.99, 1].map((share) => kib(quantile(stateBytes, share)))]
}

/** Of sorted values: the smallest that so large a share does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
