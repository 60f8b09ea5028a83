import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { Fault } from '#domain/fault.ts'
import { readLabels, type Labels } from './labels.ts'

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])
const LABELS_MAX_BYTES = 1024 * 1024 * 1024

/**
 * Reads the labels of a pack, plain or gzip; says on standard error how many lines are none.
 *
 * @throws Fault INPUT_UNREADABLE; BAD_USAGE where it labels no session.
 */
export function loadLabels(file: string): Labels {
  const bytes = readBytes(file)
  const isGzip = bytes.subarray(0, 2).equals(GZIP_MAGIC)
  const text = (isGzip ? gunzip(bytes, file) : bytes).toString('utf8')
  const labels = readLabels(text.split('\n'))
  if (labels.sessions.length === 0)
    throw new Fault('BAD_USAGE', `${file} holds no session labels; see quality.md for their form`)
  if (labels.ignoredCount > 0)
    process.stderr.write(
      `${labels.ignoredCount} lines of ${file} are no labels and were passed by\n`,
    )
  return labels
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `Cannot read the labels in ${file}`, { cause })
  }
}

function gunzip(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LABELS_MAX_BYTES })
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `${file} is no whole gzip`, { cause })
  }
}
