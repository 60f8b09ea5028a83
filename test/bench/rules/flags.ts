import { existsSync } from 'node:fs'

import { Command, InvalidArgumentError } from 'commander'

import type { Logsource } from './lanes/lane.ts'

/** What the operator asked to be measured. */
export type Flags = {
  /** Program and arguments of another engine. */
  peer: readonly string[] | undefined
  rules: string | undefined
  lanes: readonly string[] | undefined
  events: string | undefined
  logsource: Logsource | undefined
  seconds: number
  roundsCount: number
  scaling: boolean
  out: string | undefined
}

type Options = {
  peer?: string[]
  rules?: string
  lanes?: string[]
  events?: string
  logsource?: Logsource
  seconds: number
  rounds: number
  scaling: boolean
  out?: string
}

/** Reads the command line; a wrong one ends the process with 2 and one clear line. */
export function readFlags(words: readonly string[], laneNames: readonly string[]): Flags {
  const command = new Command('bench:rules')
    .description('Measure the rule engine, one core, beside another engine where one is given.')
    .option('--peer <command>', 'another engine, started as ../shared/peer is', asWords)
    .option(
      '--rules <path>',
      'a folder or .tar.gz of Sigma rules instead of the shared ones',
      existing,
    )
    .option('--lanes <names>', `only these of ${laneNames.join(', ')}`, namesAmong(laneNames))
    .option('--events <file>', 'events of your own, a JSON object a line', existing)
    .option(
      '--logsource <pairs>',
      'what is known of them: product=P,category=C,service=S',
      asLogsource,
    )
    .option('--seconds <number>', 'how long to measure each thing in a round', asPositive, 0.5)
    .option('--rounds <number>', 'how many rounds', asPositive, 3)
    .option('--no-scaling', 'leave out the runs with more and more rules')
    .option('--out <file>', 'where the report goes')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  const options = command.parse(words).opts<Options>()
  return {
    peer: options.peer,
    rules: options.rules,
    lanes: options.lanes,
    events: options.events,
    logsource: options.logsource,
    seconds: options.seconds,
    roundsCount: Math.ceil(options.rounds),
    scaling: options.scaling,
    out: options.out,
  }
}

function existing(path: string): string {
  if (!existsSync(path)) throw new InvalidArgumentError('There is no such file.')
  return path
}

function asWords(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function namesAmong(known: readonly string[]): (text: string) => string[] {
  return (text) => {
    const names = text.split(',')
    const unknown = names.find((name) => !known.includes(name))
    if (unknown !== undefined) throw new InvalidArgumentError(`There is no lane "${unknown}".`)
    return names
  }
}

function asLogsource(text: string): Logsource {
  const logsource: Logsource = {}
  for (const pair of text.split(',')) {
    const [key, value] = pair.split('=')
    const isKnown = key === 'product' || key === 'category' || key === 'service'
    if (!isKnown || value === undefined || value === '')
      throw new InvalidArgumentError('It is product=P,category=C,service=S or a part of that.')
    logsource[key] = value
  }
  return logsource
}

function asPositive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above zero.')
  return value
}
