import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const ENDING = '.turn'
const NUMBER_BYTES = 8
/** What stands there where nothing is to be delivered. */
const NOTHING = 0
/** What another tap could not deliver within this time is waited for no longer. */
const STALE_US = 2_000_000
const WAIT_MAX_MS = 1_000
const LOOK_EVERY_MS = 2
const TIMES_MAX_COUNT = 10_000

/**
 * Keeps the taps of one directory in step, so that what one server answered stands in the log
 * before what the client then asks of another. Each says in a file of its own since when it has
 * something to deliver; none delivers what is younger than what another still holds. A tap that
 * hangs holds the others up for a second a parcel, and for two at most.
 */
export class DeliveryOrder {
  readonly #directory: string
  readonly #file: string
  readonly #nowUs: () => number
  /** When each event came that is not delivered yet, the oldest first. */
  #times: { seq: number; atUs: number }[] = []
  /** When each message passed whose event is not written down yet, the oldest first. */
  readonly #expected = new Set<{ atUs: number }>()
  #toldUs = NOTHING
  #isClosed = false
  #descriptor: number | undefined

  /** `nowUs`: of a clock that all processes of the machine share. */
  constructor(directory: string, collectorId: string, nowUs = machineUs) {
    this.#directory = directory
    this.#file = collectorId + ENDING
    this.#nowUs = nowUs
  }

  /**
   * A message passes whose event is written down right after: what it leads to elsewhere comes
   * later. Returns what to call once that event has been noted, or there is none.
   */
  expecting(): () => void {
    const expected = { atUs: this.#nowUs() }
    this.#expected.add(expected)
    this.#tell()
    return () => {
      if (this.#expected.delete(expected)) this.#tell()
    }
  }

  /** An event with this number has come. */
  noted(seq: number): void {
    if (this.#times.length >= TIMES_MAX_COUNT) return
    this.#times.push({ seq, atUs: this.#expectedSinceUs() ?? this.#nowUs() })
    this.#tell()
  }

  /** Events up to this number have been delivered. */
  confirmed(lastSeq: number): void {
    this.#times = this.#times.filter(({ seq }) => seq > lastSeq)
    this.#tell()
  }

  /** Resolves to the number up to which events may be delivered now, at most `lastSeq`. */
  async turn(lastSeq: number, signal: AbortSignal): Promise<number> {
    const endsAtUs = this.#nowUs() + WAIT_MAX_MS * 1000
    while (!signal.aborted && this.#nowUs() < endsAtUs) {
      const limitUs = this.#othersOldestUs()
      const younger = this.#times.findIndex(({ atUs }) => atUs > limitUs)
      const first = this.#times[younger]
      if (first === undefined || first.seq > lastSeq) return lastSeq
      const before = this.#times[younger - 1]
      if (before !== undefined) return before.seq
      await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
    }
    return lastSeq
  }

  /** Nothing will come any more. */
  close(): void {
    this.#isClosed = true
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    rmSync(join(this.#directory, this.#file), { force: true })
  }

  /** An answer that hangs half way is expected no longer: nobody would wait for it. */
  #expectedSinceUs(): number | undefined {
    for (const expected of this.#expected) {
      if (this.#nowUs() - expected.atUs <= STALE_US) return expected.atUs
      this.#expected.delete(expected)
    }
    return undefined
  }

  #tell(): void {
    const sinceUs = this.#times[0]?.atUs ?? this.#expectedSinceUs() ?? NOTHING
    if (this.#isClosed || sinceUs === this.#toldUs) return
    this.#toldUs = sinceUs
    const bytes = Buffer.alloc(NUMBER_BYTES)
    bytes.writeDoubleLE(sinceUs)
    try {
      this.#descriptor ??= this.#create()
      writeSync(this.#descriptor, bytes, 0, NUMBER_BYTES, 0)
    } catch {
      // The disk is full: the outbox says so, and nobody waits for this tap.
    }
  }

  /** In place and whole: who looks while it is written must never find an empty file. */
  #create(): number {
    const path = join(this.#directory, this.#file)
    writeFileSync(`${path}.new`, Buffer.alloc(NUMBER_BYTES))
    renameSync(`${path}.new`, path)
    return openSync(path, 'r+')
  }

  /** Since when another has something to deliver; Infinity: none has. */
  #othersOldestUs(): number {
    const nowUs = this.#nowUs()
    let oldestUs = Infinity
    for (const file of this.#files()) {
      if (!file.endsWith(ENDING) || file === this.#file) continue
      const sinceUs = this.#read(file)
      // Of a tap that was killed, or from before the machine was started anew.
      const isStale = sinceUs > nowUs || nowUs - sinceUs > STALE_US
      if (!isStale) oldestUs = Math.min(oldestUs, sinceUs)
    }
    return oldestUs
  }

  /** Empty where the directory was taken away: then no other tap tells anything. */
  #files(): string[] {
    try {
      return readdirSync(this.#directory)
    } catch {
      return []
    }
  }

  /** Infinity: it has nothing, or its file is just being taken away. */
  #read(file: string): number {
    try {
      const bytes = readFileSync(join(this.#directory, file))
      const sinceUs = bytes.length === NUMBER_BYTES ? bytes.readDoubleLE() : NOTHING
      return sinceUs === NOTHING ? Infinity : sinceUs
    } catch {
      return Infinity
    }
  }
}

/** Microseconds since the machine was started. */
function machineUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
