import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { RawRecord } from '../../../services/collect/raw-source.ts'
import { openFileTail } from '../../../services/collect/sources/file-tail.ts'
import { isRotated } from '../../../services/collect/sources/rotated-files.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const READ_MAX_MS = 60_000

/** Lines that begin alike, as logs with a header do. */
const lines = (from: number, to: number): string => {
  const told = Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`)
  return `#fields number\n${told.join('')}`
}

async function aLog() {
  const directory = await temporaryDirectory()
  const path = join(directory, 'app.log')
  const troubles: string[] = []
  let mark: unknown
  const found: RawRecord[] = []
  const open = (follow: boolean, from: unknown) =>
    openFileTail({
      path,
      framing: 'line',
      follow,
      mark: from,
      nowMs: Date.now,
      onTrouble: (message) => troubles.push(message),
      pollMs: 10,
      rotateWaitMs: 30,
    })
  /** Reads until so many data lines are there; a crash leaves the mark of the last batch. */
  const readUntil = async (count: number): Promise<void> => {
    const stopping = new AbortController()
    const timer = setTimeout(() => stopping.abort(), READ_MAX_MS)
    for await (const batch of open(true, mark).batches(stopping.signal)) {
      found.push(...batch.records)
      ;({ mark } = batch)
      if (data(found).length >= count) break
    }
    clearTimeout(timer)
  }
  const readToEnd = async (): Promise<void> => {
    for await (const { records } of open(false, undefined).batches(new AbortController().signal))
      found.push(...records)
  }
  return { directory, path, found, troubles, readUntil, readToEnd, numbers: () => data(found) }
}

const data = (records: readonly RawRecord[]): number[] =>
  records.flatMap(({ bytes }) => {
    const number = /^line (\d+)$/.exec(bytes?.toString() ?? '')?.[1]
    return number === undefined ? [] : [Number(number)]
  })
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('a file read to its end', () => {
  test.for([
    { why: 'plain', bytes: Buffer.from(lines(0, 5_000)) },
    { why: 'gzip', bytes: gzipSync(lines(0, 5_000)) },
    { why: 'zstd', bytes: zstdCompressSync(lines(0, 5_000)) },
    { why: 'without a last line end', bytes: Buffer.from(lines(0, 5_000).trimEnd()) },
  ])('gives every line: $why', async ({ bytes }) => {
    const log = await aLog()
    await writeFile(log.path, bytes)
    await log.readToEnd()
    expect(log.numbers()).toEqual(upTo(5_000))
    expect(log.troubles).toEqual([])
  })

  test('says where a compressed one is cut, and gives what stood before', async () => {
    const log = await aLog()
    await writeFile(log.path, gzipSync(lines(0, 50_000)).subarray(0, 100_000))
    await log.readToEnd()
    expect(log.numbers().length).toBeGreaterThan(10_000)
    expect(log.numbers().slice(0, 10_000)).toEqual(upTo(10_000))
    expect(log.troubles.length).toBe(1)
  })

  test('names one that is not there', async () => {
    const log = await aLog()
    await expect(log.readToEnd()).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' })
  })

  test('waits for none where a directory stands', async () => {
    const log = await aLog()
    await mkdir(log.path)
    await expect(log.readUntil(1)).rejects.toThrow('it is a directory')
  })
})

const FUTURE_S = 4_000_000_000

/** Gives a file many other names and takes them away again, with a short rest each time. */
const COMES_AND_GOES = `
  const { linkSync, unlinkSync } = require('node:fs')
  const { from, to } = require('node:worker_threads').workerData
  const names = Array.from({ length: 200 }, (_, index) => to + index)
  const never = new Int32Array(new SharedArrayBuffer(4))
  for (;;) {
    for (const name of names) linkSync(from, name)
    for (const name of names) unlinkSync(name)
    Atomics.wait(never, 0, 0, 2)
  }
`

type Log = Awaited<ReturnType<typeof aLog>>
type Step = (log: Log, from: number, to: number) => Promise<void>

/** How a log is rotated; each ends with lines `from` to `to` in the new one. */
const ROTATIONS: { why: string; rotate: Step }[] = [
  {
    why: 'renamed',
    rotate: async ({ path }, from, to) => {
      await rename(path, `${path}.${from}`)
      await writeFile(path, lines(from, to))
    },
  },
  {
    why: 'renamed with a date before its ending',
    rotate: async ({ path, directory }, from, to) => {
      await rename(path, join(directory, `app-2026110${from / 1_000}.log`))
      await writeFile(path, lines(from, to))
    },
  },
  {
    why: 'renamed and compressed by gzip',
    rotate: async ({ path }, from, to) => {
      await rename(path, `${path}.${from}`)
      await writeFile(`${path}.${from}.gz`, gzipSync(await readFile(`${path}.${from}`)))
      await rm(`${path}.${from}`)
      await writeFile(path, lines(from, to))
    },
  },
  {
    why: 'renamed and compressed by zstd',
    rotate: async ({ path }, from, to) => {
      await rename(path, `${path}.${from}`)
      await writeFile(`${path}.${from}.zst`, zstdCompressSync(await readFile(`${path}.${from}`)))
      await rm(`${path}.${from}`)
      await writeFile(path, lines(from, to))
    },
  },
  {
    why: 'copied and cut',
    rotate: async ({ path }, from, to) => {
      await copyFile(path, `${path}.${from}`)
      await truncate(path, 0)
      await appendFile(path, lines(from, to))
    },
  },
]

describe('a log that is followed', () => {
  test.for(ROTATIONS)('gives every line once while it is $why', async ({ rotate }) => {
    const log = await aLog()
    await writeFile(log.path, lines(0, 1_000))
    const reading = log.readUntil(4_000)
    for (const from of [1_000, 2_000, 3_000]) {
      await expect.poll(() => log.numbers().length).toBe(from)
      await rotate(log, from, from + 1_000)
    }
    await reading
    expect(log.numbers()).toEqual(upTo(4_000))
    expect(log.troubles).toEqual([])
  })

  test.for(ROTATIONS)('finds its place again after it was $why unseen', async ({ rotate }) => {
    const log = await aLog()
    await writeFile(log.path, lines(0, 600))
    await log.readUntil(600)
    await appendFile(log.path, 'line 600\nline 601\n')
    await rotate(log, 602, 1_000)
    await rotate(log, 1_000, 2_000)
    await log.readUntil(2_000)
    expect(log.numbers()).toEqual(upTo(2_000))
    expect(log.troubles).toEqual([])
  })

  test('gives a record that is read again the same name, whatever its file is called', async () => {
    const log = await aLog()
    await writeFile(log.path, lines(0, 10))
    await log.readToEnd()
    const first = log.found.splice(0)
    await writeFile(log.path, gzipSync(lines(0, 10)))
    await log.readToEnd()
    expect(log.found.map(({ place }) => place)).toEqual(first.map(({ place }) => place))
    expect(new Set(first.map(({ place }) => place)).size).toBe(11)
  })

  test('waits for a line to end, and for a log that is not there yet', async () => {
    const log = await aLog()
    const reading = log.readUntil(2)
    await writeFile(log.path, 'line 0\nli')
    await expect.poll(() => log.numbers().length).toBe(1)
    await appendFile(log.path, 'ne 1\n')
    await reading
    expect(log.numbers()).toEqual(upTo(2))
  })

  // A compressed file's plain one went away between the list of names and its opening.
  test('is followed on where a rotated file goes away while it is looked at', async () => {
    const log = await aLog()
    const finished = join(log.directory, 'finished')
    await writeFile(log.path, lines(0, 100))
    await copyFile(log.path, finished)
    await utimes(finished, FUTURE_S, FUTURE_S)
    const workerData = { from: finished, to: `${log.path}.99` }
    const worker = new Worker(COMES_AND_GOES, { eval: true, workerData })
    onTestFinished(async () => void (await worker.terminate()))
    const reading = log.readUntil(2_000)
    for (let from = 100; from < 2_000; from += 100) {
      await expect.poll(() => log.numbers().length).toBe(from)
      await rename(log.path, `${log.path}.${from}`)
      await writeFile(log.path, lines(from, from + 100))
    }
    await reading
    expect(log.numbers()).toEqual(upTo(2_000))
    expect(log.troubles).toEqual([])
  })

  test('says so where the rest of a file is gone, and goes on with the next', async () => {
    const log = await aLog()
    await writeFile(log.path, lines(0, 10))
    await log.readUntil(10)
    await rm(log.path)
    await writeFile(log.path, lines(10, 20))
    await log.readUntil(20)
    expect(log.numbers()).toEqual(upTo(20))
    expect(log.troubles.length).toBe(1)
  })
})

test.for([
  { name: 'app.log.1', is: true },
  { name: 'app.log.12.gz', is: true },
  { name: 'app.log-20261127', is: true },
  { name: 'app.log.2026-11-27T08:00:00.zst', is: true },
  { name: 'app-20261127.log', is: true },
  { name: 'app.08:00:00-09:00:00.log.gz', is: true },
  { name: 'app.log.old', is: true },
  { name: 'app.log.gz', is: true },
  { name: 'app.log', is: false },
  { name: 'app-errors.log', is: false },
  { name: 'app.log.1.tmp', is: false },
  { name: 'app.log.offset', is: false },
  { name: 'other.log.1', is: false },
])('$name is a rotated app.log: $is', ({ name, is }) => {
  expect(isRotated(name, 'app.log')).toBe(is)
})
