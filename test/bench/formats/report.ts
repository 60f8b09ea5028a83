import type { Measured } from './measure.ts'

const RATIO_MIN = 0.25

/** The report as Markdown, and whether every goal is met. */
export function renderReport(
  measured: readonly Measured[],
  heading: { commit: string; machine: string },
): { report: string; isMet: boolean } {
  const rows = measured.map((one) => ({ one, isMet: isGood(one) }))
  const report = [
    '# Formats bench\n',
    `Commit ${heading.commit}, ${heading.machine}. Golden records again and again with other`,
    'numbers; processor time, the median of fifteen passes, each beside `JSON.parse` of the',
    'same records as text, in turns. Each format has a process of its own, as `tocsin collect`',
    'has: what all formats share is slower where one process reads many. Reading takes bytes: it',
    'also checks that they are UTF-8 and decodes them. A ratio of 1 would be as fast as parsing',
    'alone; the goal holds for JSON.\n',
    table([
      ['format', 'records', 'bytes', 'events a second', 'µs a record', 'JSON.parse', 'ratio', ''],
      ...rows.map(({ one, isMet }) => [
        one.name,
        String(one.recordsCount),
        one.recordBytes.toFixed(0),
        Math.round((1e6 / one.readUs) * one.eventsPerRecord).toLocaleString('en'),
        one.readUs.toFixed(2),
        one.parseUs?.toFixed(2) ?? '–',
        one.ratio?.toFixed(2) ?? '–',
        isMet ? 'PASS' : 'FAIL',
      ]),
    ]),
    `\nGoal: every record gives its events, and at least ${RATIO_MIN} of JSON.parse.\n`,
  ].join('\n')
  return { report, isMet: rows.every(({ isMet }) => isMet) }
}

function isGood({ goodShare, ratio }: Measured): boolean {
  return goodShare === 1 && (ratio ?? RATIO_MIN) >= RATIO_MIN
}

function table([heading = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = [heading, heading.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
