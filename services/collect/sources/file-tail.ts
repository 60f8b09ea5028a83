import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { Framer, type Frame } from '../framing.ts'
import type { Framing } from '../normalize/format.ts'
import { RECORD_MAX_BYTES, type RawBatch, type RawRecord, type RawSource } from '../raw-source.ts'
import { plainFirst, rotatedFiles } from './rotated-files.ts'
import {
  FILE_MARK,
  fingerprintOf,
  HEAD_BYTES,
  headOf,
  holdsMark,
  identify,
  noFileAt,
  openTailed,
  unlessGone,
  type FileIdentity,
  type FileMark,
  type Fingerprint,
  type TailedBytes,
  type TailRead,
} from './tail-file.ts'

export type FileTailOptions = {
  path: string
  framing: Framing
  /** Goes on when it has reached the end; else it ends there. */
  follow: boolean
  mark: unknown
  nowMs: () => number
  /** What an operator should hear of, in words without any of the file's. */
  onTrouble: (message: string) => void
  pollMs?: number
  /** So long must a file be quiet that another has taken the place of. */
  rotateWaitMs?: number
  recordMaxBytes?: number
}

const POLL_MS = 250
const ROTATE_WAIT_MS = 2_000
const BEFORE_BYTES = 256
const DONE_MAX_COUNT = 64
/** So often is a file looked for while rotations take away what was found. */
const LOOKS_MAX_COUNT = 5
/** A compressed file may be half written; so long is waited for the rest. */
const INCOMPLETE_MAX_MS = 30_000
const PLACE_HASH_LENGTH = 16

const MARK = z.object({ file: FILE_MARK, done: z.array(FILE_MARK.shape.head) })

/**
 * Follows a log by its name through rotations: renamed, copied and cut, compressed. A record's
 * place is its offset and a hash of it, so it stays the same under every name the file gets.
 *
 * @throws Fault INPUT_UNREADABLE, while iterating.
 */
export function openFileTail(options: FileTailOptions): RawSource {
  return new FileTail(options)
}

class FileTail implements RawSource {
  readonly #options: FileTailOptions
  /** How finished files began: under other names they are not read again. */
  #done: Fingerprint[] = []
  #current: TailedFile | undefined
  #last: FileMark | undefined
  #replacedAtMs: number | undefined

  constructor(options: FileTailOptions) {
    this.#options = options
  }

  async *batches(signal: AbortSignal): AsyncIterable<RawBatch> {
    const { follow, pollMs = POLL_MS } = this.#options
    try {
      await this.#resume()
      while (!signal.aborted) {
        const frames = await this.#next()
        yield this.#batch(frames ?? [])
        if (frames !== undefined) continue
        if (!follow) return
        await wait(pollMs, undefined, { signal }).catch(() => undefined)
      }
    } catch (cause) {
      throw asFault(cause, this.#options.path)
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.bytes.close()
  }

  /** Records, or none where the next step has to be taken; undefined: nothing to do for now. */
  async #next(): Promise<Frame[] | undefined> {
    const { path, follow } = this.#options
    if (this.#current === undefined) {
      if (this.#last !== undefined) await this.#goOn(this.#last)
      else if ((await identify(path)) !== undefined) await unlessGone(this.#goTo(path, undefined))
      if (this.#current !== undefined) return []
      return noFileAt(path, follow)
    }
    const read = await this.#current.read()
    if (read.frames !== undefined) return read.frames
    if (read.end === 'replaced') return this.#afterReplacement(this.#current)
    if (read.end === 'incomplete') return this.#afterIncomplete(this.#current)
    if (!follow) {
      const rest = this.#current.framer.end()
      return rest.length === 0 ? undefined : rest
    }
    return (await this.#isOver(this.#current)) ? this.#finish(this.#current) : undefined
  }

  #batch(frames: readonly Frame[]): RawBatch {
    const file = this.#current?.mark() ?? this.#last
    const mark = file === undefined ? undefined : { file, done: this.#done }
    return { records: frames.map(recordOf), mark }
  }

  /** Looks for the file a checkpoint tells of, under whatever name it has now. */
  async #resume(): Promise<void> {
    const known = MARK.safeParse(this.#options.mark)
    if (!known.success) return
    const { file, done } = known.data
    this.#done = done
    this.#last = file
    const { path, onTrouble } = this.#options
    const candidates = async (): Promise<FileIdentity[]> => {
      const now = await identify(path)
      const others = (await rotatedFiles(path)).sort(plainFirst)
      const all = [...(now === undefined ? [] : [now]), ...others]
      const sameInode = all.filter(({ inode }) => inode === file.inode)
      return file.offset === 0 ? sameInode : [...new Set([...sameInode, ...all])]
    }
    if (await this.#goToHolder(file, candidates)) return
    if (file.offset > 0) onTrouble('the rest of the file read last is gone: its lines are lost')
    await this.#goOn(file)
  }

  /** Goes on in the first file that holds what was read up to a mark, if one does. */
  async #goToHolder(mark: FileMark, candidates: () => Promise<FileIdentity[]>): Promise<boolean> {
    const goTo = async (path: string): Promise<boolean> => {
      if (!(await holdsMark(path, mark))) return false
      await this.#goTo(path, mark)
      return true
    }
    for (let look = 0, isGone = true; isGone && look < LOOKS_MAX_COUNT; look += 1) {
      isGone = false
      for (const { path } of await candidates()) {
        const isThere = await unlessGone(goTo(path))
        if (isThere === true) return true
        isGone ||= isThere === undefined
      }
    }
    return false
  }

  async #goTo(path: string, from: FileMark | undefined): Promise<Frame[]> {
    const { framing, recordMaxBytes = RECORD_MAX_BYTES } = this.#options
    await this.close()
    const bytes = await openTailed(path, from?.offset ?? 0)
    const framer = new Framer(framing, recordMaxBytes, from?.offset ?? 0)
    this.#current = new TailedFile(bytes, framer, from)
    this.#replacedAtMs = undefined
    return []
  }

  /** A live file is over when another stands in its place and it has been quiet for a while. */
  async #isOver(current: TailedFile): Promise<boolean> {
    const { path, nowMs, rotateWaitMs = ROTATE_WAIT_MS } = this.#options
    const { identity } = current.bytes
    const now = await identify(path)
    if (identity.path !== path) return nowMs() - identity.mtimeMs >= rotateWaitMs
    if (now === undefined || now.inode === identity.inode) return false
    this.#replacedAtMs ??= nowMs()
    const quietSinceMs = Math.max(this.#replacedAtMs, identity.mtimeMs)
    return nowMs() - quietSinceMs >= rotateWaitMs
  }

  /** What stands behind the last line end is a record too. */
  async #finish(current: TailedFile): Promise<Frame[]> {
    const frames = current.framer.end()
    this.#note(current.mark(), await current.bytes.head())
    await this.#goOn(current.mark())
    return frames
  }

  #note(mark: FileMark, head: Fingerprint): void {
    this.#last = mark
    this.#done = [...this.#done, head].slice(-DONE_MAX_COUNT)
  }

  /** Goes to the oldest file behind a finished one, at last to the log itself. */
  async #goOn({ mtimeMs, inode }: FileMark): Promise<void> {
    const { path } = this.#options
    await this.close()
    for (const file of await rotatedFiles(path)) {
      if (file.mtimeMs < mtimeMs || file.inode === inode) continue
      const head = await unlessGone(headOf(file.path))
      // It got another name just now, under which the next look finds it.
      if (head === undefined) return
      if (head.bytes === 0 || this.#isDone(head)) continue
      await unlessGone(this.#goTo(file.path, undefined))
      return
    }
    if ((await identify(path)) !== undefined) await unlessGone(this.#goTo(path, undefined))
  }

  #isDone(head: Fingerprint): boolean {
    return this.#done.some(({ bytes, sha256 }) => bytes === head.bytes && sha256 === head.sha256)
  }

  /** The log was copied and cut: what of it was not read yet stands in the copy. */
  async #afterReplacement(current: TailedFile): Promise<Frame[]> {
    const mark = current.mark()
    const { path, onTrouble } = this.#options
    const copies = async (): Promise<FileIdentity[]> => (await rotatedFiles(path)).toReversed()
    if (mark.offset > 0 && (await this.#goToHolder(mark, copies))) return []
    onTrouble('the file was cut and no copy of it is there: lines may be lost')
    this.#note(mark, mark.head)
    await unlessGone(this.#goTo(path, undefined))
    return []
  }

  async #afterIncomplete(current: TailedFile): Promise<Frame[] | undefined> {
    const { nowMs, onTrouble, follow } = this.#options
    const { path, mtimeMs } = current.bytes.identity
    const mark = current.mark()
    const now = await identify(path)
    if (follow && nowMs() - (now?.mtimeMs ?? mtimeMs) < INCOMPLETE_MAX_MS) {
      if (now !== undefined && now.size !== current.bytes.identity.size)
        return this.#goTo(path, mark)
      return undefined
    }
    const rest = follow ? undefined : current.framer.end()
    if (rest !== undefined && rest.length > 0) return rest
    onTrouble('a compressed file ends early or is damaged: what follows is lost')
    return follow ? this.#finish(current) : undefined
  }
}

/** A file at work: its bytes, cut into records, and what is known of it for its mark. */
class TailedFile {
  readonly bytes: TailedBytes
  readonly framer: Framer
  #head: Buffer
  #headMark: Fingerprint | undefined
  #before: Fingerprint
  #readOffset: number

  constructor(bytes: TailedBytes, framer: Framer, from: FileMark | undefined) {
    this.bytes = bytes
    this.framer = framer
    this.#head = Buffer.alloc(0)
    this.#headMark = from?.head
    this.#before = from?.before ?? fingerprintOf(this.#head)
    this.#readOffset = from?.offset ?? 0
  }

  async read(): Promise<{ frames?: Frame[]; end?: Exclude<TailRead, Buffer> }> {
    const chunk = await this.bytes.read()
    if (typeof chunk === 'string') return { end: chunk }
    const frames = this.framer.push(chunk)
    if (this.#readOffset === this.#head.length && this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)])
      this.#headMark = undefined
    }
    const restAt = this.framer.restOffset - this.#readOffset
    if (restAt > 0)
      this.#before = fingerprintOf(chunk.subarray(Math.max(0, restAt - BEFORE_BYTES), restAt))
    this.#readOffset += chunk.length
    return { frames }
  }

  mark(): FileMark {
    const { inode, mtimeMs } = this.bytes.identity
    this.#headMark ??= fingerprintOf(this.#head)
    const { restOffset: offset } = this.framer
    return { inode, mtimeMs, offset, head: this.#headMark, before: this.#before }
  }
}

function recordOf({ bytes, byteCount, startOffset }: Frame): RawRecord {
  const digest = bytes === undefined ? '' : hash('sha256', bytes, 'base64url')
  const place = `${startOffset}-${digest.slice(0, PLACE_HASH_LENGTH)}`
  return { bytes, byteCount, place, stream: '' }
}

function asFault(cause: unknown, path: string): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (cause instanceof Fault || syscall === undefined) return cause
  return new Fault('INPUT_UNREADABLE', `Cannot read ${path}: the system says ${code}`, { cause })
}
