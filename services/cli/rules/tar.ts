const BLOCK_BYTES = 512
const NAME_BYTES = 100
const SIZE_AT = 124
const KIND_AT = 156
const PREFIX_AT = 345
const MAGIC = { at: 257, text: 'ustar' }

/** A plain file of an archive. */
export type TarEntry = { name: string; bytes: Buffer }

/** Whether bytes look like a tar archive. */
export function isTar(bytes: Buffer): boolean {
  const { at, text } = MAGIC
  return bytes.toString('latin1', at, at + text.length) === text
}

/**
 * The plain files of a tar archive, in its order: ustar, with the long names of GNU and pax. Links,
 * folders and devices are passed by. Undefined where the archive is cut short or none.
 */
export function readTar(archive: Buffer): TarEntry[] | undefined {
  const entries: TarEntry[] = []
  let longName: string | undefined
  for (let at = 0; at + BLOCK_BYTES <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + BLOCK_BYTES)
    const sizeBytes = sizeOf(header)
    const start = at + BLOCK_BYTES
    if (sizeBytes === undefined || start + sizeBytes > archive.length) return undefined
    const bytes = archive.subarray(start, start + sizeBytes)
    const kind = textAt(header, KIND_AT, 1)
    if (kind === 'L') longName = textAt(bytes, 0, bytes.length)
    else if (kind === 'x') longName = paxPath(bytes) ?? longName
    else {
      if (kind === '0' || kind === '') entries.push({ name: longName ?? nameOf(header), bytes })
      longName = undefined
    }
    at = start + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
  }
  return entries
}

function nameOf(header: Buffer): string {
  const name = textAt(header, 0, NAME_BYTES)
  const prefix = isTar(header) ? textAt(header, PREFIX_AT, BLOCK_BYTES - PREFIX_AT - 12) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function sizeOf(header: Buffer): number | undefined {
  const digits = textAt(header, SIZE_AT, 12).trim()
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined
}

/** The `path` among records such as `27 path=rules/a-rule.yml\n`; the last one counts. */
function paxPath(bytes: Buffer): string | undefined {
  let path: string | undefined
  for (let at = 0; at < bytes.length;) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 12), 10)
    if (!(length > 0)) return path
    const record = bytes.toString('utf8', at, at + length)
    path = /^\d+ path=(.*)\n$/s.exec(record)?.[1] ?? path
    at += length
  }
  return path
}

function textAt(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at)
  return bytes.toString('utf8', at, end < 0 ? at + length : Math.min(end, at + length))
}
