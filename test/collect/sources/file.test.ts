import { createHash, randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { constants, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import type { Input } from '../../../services/collect/source.ts'
import { openInput } from '../../../services/collect/sources/file.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const CHECKED = { [constants.ZSTD_c_checksumFlag]: 1 }
const NOTHING = Readable.from([])
const TEXT = Buffer.from(`${'line of text\n'.repeat(5_000)}${randomBytes(200_000).toString('hex')}`)

async function readAll(input: Input) {
  const reading = input.read()
  const chunks: Buffer[] = []
  for await (const chunk of reading.chunks) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), sha256: reading.sha256(), damage: reading.damage() }
}

async function openBytes(bytes: Buffer, name = 'input'): Promise<Input> {
  const path = join(await temporaryDirectory(), name)
  await writeFile(path, bytes)
  return openInput(path, { standardInput: NOTHING })
}

describe('openInput', () => {
  test.for([
    { why: 'plain', raw: TEXT, name: 'a.ndjson' },
    { why: 'gzip whatever its name', raw: gzipSync(TEXT), name: 'a.ndjson' },
    { why: 'plain whatever its name', raw: TEXT, name: 'a.gz' },
    {
      why: 'gzip in several members',
      raw: Buffer.concat([gzipSync(TEXT.subarray(0, 999)), gzipSync(TEXT.subarray(999))]),
      name: 'a',
    },
    {
      why: 'gzip padded with zeros',
      raw: Buffer.concat([gzipSync(TEXT), Buffer.alloc(512)]),
      name: 'a',
    },
    { why: 'zstd', raw: zstdCompressSync(TEXT), name: 'a' },
  ])('reads $why, twice, and hashes the raw bytes', async ({ raw, name }) => {
    const input = await openBytes(raw, name)
    const sha256 = createHash('sha256').update(raw).digest('hex')
    for (const _ of [1, 2]) {
      const read = await readAll(input)
      expect(read.bytes.equals(TEXT)).toBe(true)
      expect([read.sha256, read.damage]).toEqual([sha256, undefined])
    }
  })

  test.for([
    { why: 'nothing', raw: '' },
    { why: 'less than a magic number', raw: '{}' },
  ])('reads $why', async ({ raw }) => {
    expect((await readAll(await openBytes(Buffer.from(raw)))).bytes.toString()).toBe(raw)
  })

  test.for([20, 1_000, 65_536, 200_000])(
    'keeps what stood before a cut %i bytes in',
    async (kept) => {
      const raw = gzipSync(TEXT).subarray(0, kept)
      // What a cut gzip holds: everything zlib can make of it when told not to expect the end.
      const whole = gunzipSync(raw, { finishFlush: 2 })
      const read = await readAll(await openBytes(raw))
      expect(read.damage).toBe('truncated')
      expect(read.bytes.equals(whole)).toBe(true)
      expect(read.sha256).toBe(createHash('sha256').update(raw).digest('hex'))
    },
  )

  test('a cut within the checksum at the end is a cut', async () => {
    const read = await readAll(await openBytes(gzipSync(TEXT).subarray(0, -1)))
    expect(read.damage).toBe('truncated')
    expect(read.bytes.equals(TEXT)).toBe(true)
  })

  test.for([
    { why: 'gzip', raw: gzipSync(TEXT) },
    { why: 'zstd', raw: zstdCompressSync(TEXT, { params: CHECKED }) },
  ])('$why with a flipped byte is damaged, and hashed to its end', async ({ raw }) => {
    raw.writeUInt8(raw.readUInt8(150_000) ^ 0xff, 150_000)
    const read = await readAll(await openBytes(raw))
    expect(read.damage).toBeDefined()
    expect(read.sha256).toBe(createHash('sha256').update(raw).digest('hex'))
  })

  test('a cut zstd is a cut', async () => {
    const read = await readAll(await openBytes(zstdCompressSync(TEXT).subarray(0, 50_000)))
    expect(read.damage).toBe('truncated')
  })

  test('puts standard input aside, and cleans up', async () => {
    const directory = await temporaryDirectory()
    const standardInput = Readable.from([TEXT.subarray(0, 1), TEXT.subarray(1)])
    const input = await openInput('-', { standardInput, temporaryDirectory: directory })
    for (const _ of [1, 2]) expect((await readAll(input)).bytes.equals(TEXT)).toBe(true)
    await input.close()
    expect(await readdir(directory)).toEqual([])
  })

  test('standard input that breaks off leaves nothing behind', async () => {
    const directory = await temporaryDirectory()
    const standardInput = new Readable({ read: () => standardInput.destroy(new Error('gone')) })
    await expect(
      openInput('-', { standardInput, temporaryDirectory: directory }),
    ).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' })
    expect(await readdir(directory)).toEqual([])
  })

  test.for([
    { why: 'a directory', path: '/', says: 'it is a directory' },
    { why: 'a file that is not there', path: '/nowhere/at/all', says: 'there is no such file' },
    { why: 'a file under a file', path: '/etc/hostname/x', says: 'there is no such file' },
  ])('refuses $why in one line', async ({ path, says }) => {
    await expect(openInput(path, { standardInput: NOTHING })).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: `Cannot read ${path}: ${says}`,
    })
  })
})
