import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const UNPACKED_MAX_BYTES = 256 * 2 ** 20

/** Unpacks a `.tar.gz` of at most 256 MiB into a directory that exists. */
export function unpackArchive(path: string, directory: string): void {
  const archive = gunzipSync(readFileSync(path), { maxOutputLength: UNPACKED_MAX_BYTES })
  execFileSync('tar', ['xf', '-', '-C', directory], { input: archive })
}
