import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { blocksOf } from './blocks.ts'
import { tarPlaces } from './tar-archive.ts'

/** A bundle's files, each read from its start as often as asked. */
export type OpenedBundle = {
  /**
   * Blocks of a file, each good until the next is asked for; undefined where the bundle has none of
   * this name.
   */
  bytes(name: string): AsyncIterable<Buffer> | undefined
  /** A small file whole; undefined where there is none, or it is longer than `maxBytes`. */
  text(name: string, maxBytes?: number): Promise<string | undefined>
}

const TEXT_MAX_BYTES = 64 * 1024 * 1024
const NEWLINE = 0x0a
const LINE_MAX_BYTES = 256 * 1024 * 1024

/**
 * Opens a bundle: its folder, or its `.tar`.
 *
 * @throws Fault INPUT_UNREADABLE
 */
export async function openBundle(path: string): Promise<OpenedBundle> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Fault('INPUT_UNREADABLE', `Cannot read ${path}`, { cause })
  })
  const streamOf = found.isDirectory() ? await inFolder(path) : await inTar(path)
  return {
    bytes: streamOf,
    text: async (name, maxBytes = TEXT_MAX_BYTES) => {
      const stream = streamOf(name)
      if (stream === undefined) return undefined
      const chunks: Buffer[] = []
      let sizeBytes = 0
      try {
        for await (const chunk of stream) {
          sizeBytes += chunk.length
          if (sizeBytes > maxBytes) return undefined
          chunks.push(Buffer.from(chunk))
        }
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new Fault('INPUT_UNREADABLE', `Cannot read ${name} of ${path}`, { cause })
      }
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

/**
 * Lines without their ends, one at a time, each good until the next is asked for. A last line
 * without an end counts.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const end = chunk.subarray(from, at)
      yield rest.length === 0 ? end : Buffer.concat([...rest, end])
      rest = []
      restBytes = 0
      from = at + 1
    }
    const left = chunk.subarray(from)
    restBytes += left.length
    if (restBytes > LINE_MAX_BYTES)
      throw new Fault('INPUT_UNREADABLE', 'A line of the bundle is longer than any record')
    if (left.length > 0) rest.push(Buffer.from(left))
  }
  if (restBytes > 0) yield Buffer.concat(rest)
}

type StreamOf = (name: string) => AsyncIterable<Buffer> | undefined

function inFolder(path: string): Promise<StreamOf> {
  const isPlain = (name: string): boolean => /^[a-z0-9][a-z0-9.-]{0,80}$/.test(name)
  return Promise.resolve((name) => (isPlain(name) ? blocksOf(join(path, name)) : undefined))
}

async function inTar(path: string): Promise<StreamOf> {
  const places = await tarPlaces(path)
  if (places === undefined) throw new Fault('INPUT_UNREADABLE', `${path} is no whole tar archive`)
  return (name) => {
    const place = places.find((one) => one.name === name)
    if (place === undefined) return undefined
    const { start, sizeBytes } = place
    return blocksOf(path, start, start + sizeBytes)
  }
}
