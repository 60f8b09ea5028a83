import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import { seededRandom } from '#domain/seeded-random.ts'
import { aLine } from '../collect/a-line-format.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'

const COLLECTOR = fileURLToPath(new URL('../support/line-collector.ts', import.meta.url))
const IS_SOAK = process.env['TOCSIN_SOAK'] !== undefined
const ROUNDS = IS_SOAK ? 20 : 2
const LINES_PER_S = 5_000
const WRITE_EVERY_MS = 20
const START_MAX_MS = 60_000
const DRAIN_MAX_MS = 240_000
const LANE_COUNT = 4

/** A log that is written to at a steady rate, and rotated in one of the usual ways. */
class BusyLog {
  readonly path: string
  writtenCount = 0
  #timer: NodeJS.Timeout | undefined
  #rotatedCount = 0
  readonly #startedMs = performance.now()

  constructor(path: string) {
    this.path = path
    this.#timer = setInterval(() => this.#write(), WRITE_EVERY_MS)
  }

  /** Renamed, renamed and compressed, or copied and cut: in turn. */
  async rotate(): Promise<void> {
    const rotated = `${this.path}.${++this.#rotatedCount}`
    if (this.#rotatedCount % 3 === 0) {
      // Nothing is written between the copy and the cut: this process writes.
      copyFileSync(this.path, rotated)
      truncateSync(this.path)
      return
    }
    renameSync(this.path, rotated)
    appendFileSync(this.path, '')
    if (this.#rotatedCount % 3 === 1) return
    await writeFile(`${rotated}.part`, gzipSync(await readFile(rotated)))
    renameSync(`${rotated}.part`, `${rotated}.gz`)
    await rm(rotated)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #write(): void {
    const dueCount = Math.floor(((performance.now() - this.#startedMs) / 1_000) * LINES_PER_S)
    const lines: string[] = []
    while (this.writtenCount < dueCount)
      lines.push(`${aLine(this.writtenCount++, 'select 1 from orders', Date.now() * 1000)}\n`)
    appendFileSync(this.path, lines.join(''))
  }
}

function startCollector(directory: string, path: string): ChildProcess {
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', COLLECTOR, directory, path],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function eventsIn(directory: string) {
  const log = openEmbeddedLog({ path: join(directory, 'log.sqlite'), laneCount: LANE_COUNT })
  const schemas = loadSchemas()
  const codec = await openCodec(schemas, fileSchemaIds([...schemas.values()]), 'tocsin.')
  const topic = 'events.data.v1'
  const events: { id: string; seq: number; number: number; late: boolean }[] = []
  for (let partition = 0; partition < LANE_COUNT; partition++)
    for await (const { records } of log.readToEnd({ topic, partition, offset: 0 }))
      for (const { value } of records) {
        const decoded = codec.decode(topic, value)
        if (!decoded.ok) continue
        const { event_id: id, collector_seq: seq, extra, late } = decoded.value
        events.push({ id, seq, number: Number(extra['number']), late })
      }
  await log.close()
  return events
}

test(`nothing is lost or told twice over ${ROUNDS} kills and ${ROUNDS} rotations`, async () => {
  const directory = await temporaryDirectory()
  const random = seededRandom(7)
  const log = new BusyLog(join(directory, 'app.log'))
  const moreLines = async (count: number): Promise<void> => {
    const enough = log.writtenCount + count
    await expect.poll(() => log.writtenCount, { timeout: 60_000 }).toBeGreaterThanOrEqual(enough)
  }
  let child = startCollector(directory, log.path)
  for (let round = 0; round < ROUNDS; round++) {
    await expect
      .poll(() => existsSync(join(directory, 'lines.json')), { timeout: START_MAX_MS })
      .toBe(true)
    await moreLines(2_500 + Math.floor(5_000 * random()))
    const isDownMeanwhile = random() < 0.5
    if (isDownMeanwhile) await kill(child)
    await log.rotate()
    if (!isDownMeanwhile) {
      await moreLines(Math.floor(1_500 * random()))
      await kill(child)
    }
    child = startCollector(directory, log.path)
  }
  log.stop()
  const checkpointCount = async (): Promise<number> => {
    const text = await readFile(join(directory, 'lines.json'), 'utf8')
    return (JSON.parse(text) as { recordCount: number }).recordCount
  }
  await expect
    .poll(checkpointCount, { timeout: DRAIN_MAX_MS, interval: 500 })
    .toBeGreaterThanOrEqual(log.writtenCount)
  await kill(child)
  const events = await eventsIn(directory)
  const numbers = events.map(({ number }) => number).sort((one, other) => one - other)
  expect(events.length).toBe(log.writtenCount)
  expect(numbers.findIndex((number, index) => number !== index)).toBe(-1)
  expect(new Set(events.map(({ id }) => id)).size).toBe(log.writtenCount)
  const seqs = events.map(({ seq }) => seq).sort((one, other) => one - other)
  expect(seqs.findIndex((seq, index) => seq !== index + 1)).toBe(-1)
  expect(log.writtenCount).toBeGreaterThan(ROUNDS * LINES_PER_S * 0.5)
}, 900_000)
