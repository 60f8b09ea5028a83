import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { sharedFile } from '../../../support/shared-data.ts'

const BLOCK_BYTES = 512

export type RuleFile = { file: string; text: string }

/** The rule files of the published rule tree; undefined where the shared data is absent. */
export function readSigmaTree(): RuleFile[] | undefined {
  const path = sharedFile('../conformance/sigma/sigmahq-rules.tar.gz')
  if (path === undefined) return undefined
  return readTar(gunzipSync(readFileSync(path))).filter(({ file }) => file.endsWith('.yml'))
}

/** The plain files of an archive; long names stand in an entry of their own before the file's. */
function readTar(archive: Buffer): RuleFile[] {
  const files: RuleFile[] = []
  const field = (at: number, length: number): string =>
    archive.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  let longName: string | undefined
  for (let at = 0; at + BLOCK_BYTES <= archive.length && archive[at] !== 0;) {
    const sizeBytes = Number.parseInt(field(at + 124, 12), 8)
    const start = at + BLOCK_BYTES
    const kind = field(at + 156, 1)
    if (kind === 'L') longName = field(start, sizeBytes)
    else {
      const text = archive.toString('utf8', start, start + sizeBytes)
      if (kind === '0') files.push({ file: longName ?? field(at, 100), text })
      longName = undefined
    }
    at = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
  }
  return files
}
