import type { Format } from '../format.ts'
import { jsonRecord } from '../log-fields.ts'
import { HostMemory } from './host-memory.ts'
import { unpackMemory } from './network-reading.ts'
import { zeekLogOf, zeekReading } from './zeek-record.ts'

/**
 * Zeek's logs as JSON (`LogAscii::use_json=T`; times as seconds, milliseconds or ISO 8601), each
 * log in its file or several in one with `_path`: conn, dns, ssl and http. Others are skipped.
 */
export const ZEEK_JSON: Format = {
  name: 'zeek-json',
  title: 'Zeek logs as JSON: conn, dns, ssl, http (LogAscii::use_json=T)',
  framing: 'line',
  latenessUs: 300_000_000,
  open(memory) {
    const hosts = new HostMemory(unpackMemory(memory))
    return {
      read(record) {
        const parsed = jsonRecord(record)
        if (!parsed.ok) return parsed
        const { json } = parsed
        return zeekReading(zeekLogOf(json['_path'], json), json, hosts)
      },
      memory() {
        const packed = hosts.pack()
        return packed === undefined ? '' : JSON.stringify(packed)
      },
    }
  },
}
