import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

import { readSettings, type Environment } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { openEvidence, openWorld } from '../../services/cli/world.ts'
import { aDirectory, replayOf } from '../support/replays.ts'
import { realServers } from '../support/servers/available.ts'
import { startKafka } from '../support/servers/kafka.ts'
import { startRegistry } from '../support/servers/registry.ts'
import { countBare } from './bare-kafkajs.ts'
import { stageCosts } from './chain.ts'
import { writeLoad } from './load.ts'
import { costOf, renderCosts, type Cost } from './measure.ts'

const EVENTS_COUNT = Number(process.env['TOCSIN_BENCH_EVENTS'] ?? 30_000)
const REPORT = new URL('report.md', import.meta.url)

/** Measures every stage and the whole chain, embedded and on Kafka, and writes the report. */
async function main(): Promise<void> {
  const directory = aDirectory()
  const load = writeLoad(directory, EVENTS_COUNT)
  const sections = [
    '# Bench\n',
    `Commit ${commit()}, ${today()}, ${machine()}. Load: ${load.describes}.`,
    'Stages run one after another, each over all that the one before has written, with pinned',
    'baselines; `whole chain` is one replay with everything at once and learning on.',
    'CPU counts this process; a broker takes its own share of the same cores.\n',
  ]
  process.stderr.write('embedded…\n')
  sections.push('## Embedded\n', renderCosts(await embedded(load.path, directory)), '')
  if (realServers() === undefined)
    sections.push('## Kafka\n', 'SKIPPED: neither Docker nor Java and Maven on this machine.', '')
  else {
    process.stderr.write('on Kafka…\n')
    sections.push('## Kafka\n', await onKafka(load.path, directory), '')
  }
  const report = sections.join('\n')
  writeFileSync(REPORT, report)
  process.stdout.write(report)
  rmSync(directory, { recursive: true })
}

async function embedded(load: string, directory: string): Promise<Cost[]> {
  const costs = await stages({}, load, join(directory, 'embedded'))
  costs.push(await wholeChain(load, {}))
  return costs
}

async function onKafka(load: string, directory: string): Promise<string> {
  const kafka = await startKafka({ own: true })
  const registry = await startRegistry()
  try {
    const prefix = 'bench.'
    const environment: Environment = {
      TOCSIN_BROKERS: kafka.brokers.join(','),
      TOCSIN_REGISTRY: registry.url,
      TOCSIN_TOPIC_PREFIX: prefix,
    }
    const costs = await stages(environment, load, join(directory, 'kafka'))
    const records = await recordsOnEventTopics(environment, directory)
    const bare = await costOf('bare kafkajs, count only', () =>
      countBare(kafka.brokers, prefix, records),
    )
    const chain = await wholeChain(load, environment)
    const ratio = bare.wallMs / chain.wallMs
    const share = ratio.toFixed(3)
    const line = `Over the same events the whole chain goes at ${share} of the bare loop.`
    return `${renderCosts([...costs, chain, bare])}\n\n${line}`
  } finally {
    await registry.stop()
    await kafka.stop()
  }
}

async function stages(environment: Environment, load: string, directory: string): Promise<Cost[]> {
  const settings = readSettings(environment)
  const world = await openWorld(settings, directory, 'process_crash', createLogger('silent'))
  await world.log.createTopics()
  const { evidence } = await openEvidence(settings, directory)
  try {
    return await stageCosts(world, evidence, settings, load, directory)
  } finally {
    await evidence.close()
    await world.close()
  }
}

async function recordsOnEventTopics(environment: Environment, directory: string): Promise<number> {
  const settings = readSettings(environment)
  const world = await openWorld(settings, directory, 'process_crash', createLogger('silent'))
  try {
    const layers = ['application', 'data', 'network', 'model'] as const
    const ends = await Promise.all(
      layers.map((layer) => world.log.endOffsets(`events.${layer}.v1`)),
    )
    return ends.flat().reduce((sum, end) => sum + end, 0)
  } finally {
    await world.close()
  }
}

function wholeChain(load: string, environment: Environment): Promise<Cost> {
  return costOf('whole chain', async () => {
    const outcome = await replayOf(load, { environment, keepsEvidence: true })
    return outcome.input.acceptedCount
  })
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty']).toString().trim()
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores, ${gibibytes} GiB, Node ${process.versions.node}`
}

await main()
