const NUMBER_BYTES = 6

/** Whole numbers below 2^48 as text, half as long as JSON would make them. */
export function packNumbers(numbers: Iterable<number>): string {
  const all = [...numbers]
  const bytes = Buffer.alloc(all.length * NUMBER_BYTES)
  all.forEach((number, index) => bytes.writeUIntBE(number, index * NUMBER_BYTES, NUMBER_BYTES))
  return bytes.toString('base64')
}

/** The numbers of `packNumbers`, in their order. */
export function unpackNumbers(packed: string): number[] {
  const bytes = Buffer.from(packed, 'base64')
  const numbers: number[] = []
  for (let at = 0; at + NUMBER_BYTES <= bytes.length; at += NUMBER_BYTES) {
    numbers.push(bytes.readUIntBE(at, NUMBER_BYTES))
  }
  return numbers
}

/** Signed 32-bit hashes as text. */
export function packHashes(hashes: Iterable<number>): string {
  const all = [...hashes]
  const bytes = Buffer.alloc(all.length * 4)
  all.forEach((hash, index) => bytes.writeInt32BE(hash, index * 4))
  return bytes.toString('base64')
}

/** The hashes of `packHashes`, in their order. */
export function unpackHashes(packed: string): number[] {
  const bytes = Buffer.from(packed, 'base64')
  const hashes: number[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) hashes.push(bytes.readInt32BE(at))
  return hashes
}
