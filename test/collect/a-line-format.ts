import type { Format } from '../../services/collect/normalize/format.ts'
import { refuse } from '../../services/collect/normalize/reject.ts'

const LINE = /^(\d{16}) (\S+)(?: (.*))?$/

/**
 * A small format for tests of what carries formats: `MICROSECONDS NUMBER TEXT`, one data event a
 * line; `#…` is a header. Its reader remembers the last header.
 */
export const lineFormat: Format = {
  name: 'test-lines',
  title: 'lines of tests',
  framing: 'line',
  latenessUs: 1_000_000,
  open: (memory = '') => {
    let header = memory
    return {
      read: (record) => {
        const text = record.toString('utf8')
        if (text.startsWith('#')) {
          header = text
          return { ok: 'skipped', why: 'HEADER' }
        }
        const [, time, number, rest] = LINE.exec(text) ?? []
        if (time === undefined || number === undefined) return refuse('NOT_JSON', '')
        const extra = { number, header, text: rest ?? '' }
        const facts = { occurred_at: Number(time), action: 'select' as const, extra }
        return { ok: true, events: [{ topic: 'events.data.v1', layer: 'data', facts }] }
      },
      memory: () => header,
    }
  },
}

/** A line of it. */
export const aLine = (number: number | string, text = '', atUs = 1_700_000_000_000_000): string =>
  `${atUs} ${number} ${text}`
