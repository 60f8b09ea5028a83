import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { readProgress } from '#domain/headers.ts'
import type { IncomingRecord } from '#domain/log.ts'
import { topicSpec, TOPICS, type TopicName } from '#domain/topics.ts'
import { readSettings, type Environment } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { readDoors } from './doors.ts'
import { formOf } from './json-lines.ts'
import { addPlaceOptions, dataDirectory, withOptions, type PlaceOptions } from './options.ts'
import { renderTable } from './terminal.ts'
import { isDistributed } from './directory.ts'
import { openWorld, type World } from './world.ts'

type ListFlags = PlaceOptions & { json?: boolean }
type ReadFlags = PlaceOptions & { partition?: string; from: string; limit: string; raw?: boolean }

/** Adds `tocsin topics [read NAME]`. */
export function addTopics(program: Command): void {
  const topics = program
    .command('topics')
    .description('the topics and how much is in them')
    .option('--json', 'print rows as NDJSON')
  addPlaceOptions(topics).action((flags: ListFlags) =>
    withWorld(withOptions(process.env, flags), (world) => listTopics(world, flags)),
  )
  const read = topics
    .command('read')
    .description("a topic's records, decoded, as NDJSON")
    .argument('<name>', 'its name without prefix, for instance alerts.v1')
    .option('--partition <number>', 'this partition alone')
    .option('--from <offset>', 'begin at this offset of each partition', '0')
    .option('--limit <count>', 'at most so many records', '100')
    .option('--raw', 'show progress records too')
  addPlaceOptions(read).action((name: string, _: unknown, command: Command) => {
    const flags = command.optsWithGlobals<ReadFlags>()
    return withWorld(withOptions(process.env, flags), (world) => readTopic(world, name, flags))
  })
}

async function listTopics(world: World, flags: ListFlags): Promise<void> {
  const rows = await Promise.all(
    TOPICS.map(async (spec) => {
      const ends = await world.log.endOffsets(spec.name)
      return { topic: spec.name, partitions: ends.length, records: ends.reduce((a, b) => a + b, 0) }
    }),
  )
  const text =
    flags.json === true
      ? rows.map((row) => JSON.stringify(row)).join('\n')
      : renderTable(
          ['topic', 'partitions', 'records written'],
          rows.map((row) => [row.topic, String(row.partitions), String(row.records)]),
        )
  process.stdout.write(`${text}\n`)
}

async function readTopic(world: World, name: string, flags: ReadFlags): Promise<void> {
  const topic = TOPICS.find((spec) => spec.name === name)?.name
  if (topic === undefined)
    throw new Fault('NOT_FOUND', `There is no topic ${name}; see \`tocsin topics\``)
  const offset = wholeNumber('--from', flags.from)
  let leftCount = wholeNumber('--limit', flags.limit)
  const ends = await world.log.endOffsets(topic)
  const all = ends.map((_, partition) => partition)
  const chosen = flags.partition === undefined ? all : [wholeNumber('--partition', flags.partition)]
  for (const partition of chosen) {
    if (partition >= ends.length)
      throw new Fault('NOT_FOUND', `${name} has ${ends.length} partitions`)
    for await (const chunk of world.log.readToEnd({ topic, partition, offset })) {
      for (const record of chunk.records) {
        if (leftCount <= 0) return
        const line = await lineOf(world, topic, partition, record, flags.raw === true)
        if (line === undefined) continue
        process.stdout.write(`${line}\n`)
        leftCount -= 1
      }
    }
  }
}

async function lineOf(
  world: World,
  topic: TopicName,
  partition: number,
  record: IncomingRecord,
  showsProgress: boolean,
): Promise<string | undefined> {
  const isProgress = readProgress(record.key, record.headers) !== undefined
  if (isProgress && !showsProgress) return undefined
  const { offset, key, headers } = record
  const { schema } = topicSpec(topic)
  if (schema === undefined) {
    const value: unknown = record.value === null ? null : JSON.parse(record.value.toString('utf8'))
    return JSON.stringify({ partition, offset, key, headers, value })
  }
  await world.codec.prepare(schema, [record.value])
  const decoded = record.value === null ? undefined : world.codec.decode(schema, record.value)
  const value = decoded?.ok === true ? formOf(schema).toJson(decoded.value) : null
  const problem = decoded?.ok === false ? { problem: decoded.reason } : {}
  return JSON.stringify({ partition, offset, key, headers, value, ...problem })
}

async function withWorld(
  environment: Environment,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const settings = readSettings(environment)
  const directory = dataDirectory(environment)
  if (!isDistributed(settings)) {
    if (readDoors(directory) !== undefined)
      throw new Fault(
        'LOG_LOCKED',
        `A process owns ${directory}; ask its door: GET /v1/topics/NAME/PARTITION`,
      )
    if (!existsSync(join(directory, 'log.sqlite')))
      throw new Fault('NOT_FOUND', `There is no log in ${directory}; name another --data-dir`)
  }
  const world = await openWorld(
    settings,
    directory,
    'power_cut',
    createLogger(settings.TOCSIN_LOG_LEVEL),
  )
  try {
    await work(world)
  } finally {
    await world.close()
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Fault('BAD_USAGE', `${option} takes a whole number`)
  return Number(text)
}
