import { createWriteStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { keyOf } from '#domain/lane.ts'
import { canonicalJson } from '#domain/json-form.ts'
import type { OutgoingRecord } from '#domain/log.ts'
import type { Baseline } from '#domain/records/index.ts'
import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { formOf } from './json-lines.ts'
import { addPlaceOptions, dataDirectory, withOptions, type PlaceOptions } from './options.ts'
import { openWorld, type World } from './world.ts'

const TOPIC = { topic: 'baselines.v1', partition: 0 } as const

/** Adds `tocsin baselines export|import`. */
export function addBaselines(program: Command): void {
  const baselines = program.command('baselines').description('move what was learned')
  const exporting = baselines
    .command('export')
    .description('write every epoch with its marker, as NDJSON')
    .argument('<file>', 'where to; - for standard output')
  addPlaceOptions(exporting).action((file: string, flags: PlaceOptions) =>
    withWorld(flags, async (world) => {
      const count = await exportBaselines(world, file)
      process.stderr.write(`${count} baselines written\n`)
    }),
  )
  const importing = baselines
    .command('import')
    .description('publish baselines that were exported elsewhere')
    .argument('<file>', 'NDJSON of baselines')
  addPlaceOptions(importing).action((file: string, flags: PlaceOptions) =>
    withWorld(flags, async (world) => {
      const count = await importBaselines(world, file)
      process.stderr.write(`${count} baselines published\n`)
    }),
  )
}

async function exportBaselines(world: World, file: string): Promise<number> {
  const counted = { count: 0 }
  const lines = Readable.from(baselineLines(world, counted))
  try {
    if (file === '-') await pipeline(lines, process.stdout, { end: false })
    else await pipeline(lines, createWriteStream(file))
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    // The reader has seen enough.
    if (code === 'EPIPE') return counted.count
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write ${file}: ${code}`, { cause })
  }
  return counted.count
}

async function* baselineLines(world: World, counted: { count: number }): AsyncIterable<string> {
  for await (const chunk of world.log.readToEnd({ ...TOPIC, offset: 0 })) {
    await world.codec.prepare(
      'baselines.v1',
      chunk.records.map((record) => record.value),
    )
    for (const record of chunk.records) {
      const decoded = world.codec.decode('baselines.v1', record.value)
      if (!decoded.ok) continue
      counted.count += 1
      yield `${canonicalJson(formOf('baselines.v1').toJson(decoded.value))}\n`
    }
  }
}

async function importBaselines(world: World, file: string): Promise<number> {
  const baselines = readBaselines(file)
  const records = baselines.map((value): OutgoingRecord => {
    const key = keyOf(value.tenant_id, value.agent_id, value.measure, String(value.epoch))
    return { ...TOPIC, key, value: world.codec.encode('baselines.v1', value), headers: {} }
  })
  await world.log.createTopics()
  const sender = await world.log.openSender()
  await sender.send(records)
  await sender.close()
  return records.length
}

function readBaselines(file: string): Baseline[] {
  const form = formOf('baselines.v1')
  return readText(file)
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return []
      const read = form.fromJson(parse(line))
      if (read.ok) return [read.value]
      throw new Fault(
        'INPUT_UNREADABLE',
        `${file}:${index + 1} is no baseline: ${read.reason} ${read.field}`,
      )
    })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `Cannot read ${file}`, { cause })
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

async function withWorld(
  flags: PlaceOptions,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const environment = withOptions(process.env, flags)
  const settings = readSettings(environment)
  const logger = createLogger(settings.TOCSIN_LOG_LEVEL)
  const world = await openWorld(settings, dataDirectory(environment), 'power_cut', logger)
  try {
    await work(world)
  } finally {
    await world.close()
  }
}
