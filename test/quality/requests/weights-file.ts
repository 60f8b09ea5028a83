import type { Weights } from './weights.ts'

const LINE_MAX_LENGTH = 96
const INDENT = '  '
const HEAD = `/*
 * Made by \`npm run quality:requests\` of the lines in \`test/quality/requests\`: change those.
 * A stem and its weight in hundredths of log odds: above zero it tells that something is handed
 * over. \`@\` stands for any name, \`#\` for any value.
 */
`

/** The text of \`handing-over-weights.ts\` with these weights. */
export function weightsFile({ intercept, cues }: Weights): string {
  const table = (name: string, list: Weights['cues']['anywhere']): string =>
    `export const ${name} = \`\n${wrapped(list.map((one) => one.join(' ')))}\`\n`
  return [
    HEAD,
    `export const INTERCEPT = ${intercept}\n`,
    table('ANYWHERE', cues.anywhere),
    table('OPENING', cues.opening),
    table('SECOND', cues.second),
  ].join('\n')
}

function wrapped(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > LINE_MAX_LENGTH)
      lines.push(INDENT + word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join('\n')
}
