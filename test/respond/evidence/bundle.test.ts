import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import type { RawRecord } from '../../../services/respond/evidence/bundle-line.ts'
import { openBundle } from '../../../services/respond/evidence/bundle-read.ts'
import { verifyBundle } from '../../../services/respond/evidence/bundle-verify.ts'
import { writeBundle } from '../../../services/respond/evidence/bundle-write.ts'
import { aDirectory } from '../../support/replays.ts'

const directory = aDirectory()
const signer = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
async function* records(count: number): AsyncGenerator<RawRecord> {
  for (let offset = 0; offset < count; offset += 1)
    yield {
      topic: 'events.application.v1',
      partition: 3,
      offset,
      key: 'acme/s-1',
      value: Buffer.from(`\0\0\0\0\x07 body of record ${offset}`),
    }
}

let written = 0
async function aBundle(count: number, suffix = ''): Promise<string> {
  written += 1
  const path = join(directory, `bundle-${written}${suffix}`)
  await writeBundle({
    path,
    manifest: {
      format: 'tocsin-evidence/1',
      incident_id: 'incident-1',
      tenant_id: 'acme',
      exported_at: '2026-01-05T08:00:00.000000Z',
      exported_by: 'ada',
      why: 'a test',
      rule_versions: { 'rule-1': '1' },
      baseline_epochs: [],
      playbook_version: null,
    },
    files: new Map([['schema-7.avsc', '{"type":"string"}']]),
    records: records(count),
    signer: { name: 'tocsin', key: signer.privateKey },
  })
  return path
}

const verify = async (path: string, key = signer.publicKey) =>
  verifyBundle(await openBundle(path), key)

/** Changes the lines of the records, as somebody would who has the folder. */
async function tampered(change: (lines: string[]) => string[]): Promise<string> {
  const path = await aBundle(9)
  const file = join(path, 'records.ndjson')
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  writeFileSync(file, `${change(lines).join('\n')}\n`)
  return path
}

describe('a bundle as it was written', () => {
  test.for([
    { why: 'a folder', suffix: '', count: 9 },
    { why: 'a tar archive', suffix: '.tar', count: 9 },
    { why: 'an incident without records', suffix: '', count: 0 },
  ])('$why is whole', async ({ suffix, count }) => {
    const verdict = await verify(await aBundle(count, suffix))
    expect(verdict).toMatchObject({ ok: true, size: count + 1 })
  })

  test('equal records give equal archives', async () => {
    const [one, other] = [await aBundle(5, '.tar'), await aBundle(5, '.tar')]
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true)
  })

  test('nothing is written over', async () => {
    const path = await aBundle(1, '.tar')
    const again = writeBundle({
      path,
      manifest: { incident_id: 'incident-1' } as never,
      files: new Map(),
      records: records(1),
      signer: { name: 'tocsin', key: signer.privateKey },
    })
    await expect(again).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' })
  })
})

describe('a bundle that was touched', () => {
  const swap = (text: string): string => text.replace('"offset":4', '"offset":5')
  test.for([
    {
      why: 'one byte of one record',
      change: (lines: string[]) => lines.map((line, at) => (at === 4 ? swap(line) : line)),
      problem: 'record 5 was changed (events.application.v1 3 5)',
    },
    {
      why: 'a record taken out',
      change: (lines: string[]) => lines.toSpliced(4, 1),
      problem: 'record 5 was dropped (before events.application.v1 3 5)',
    },
    {
      why: 'the last record taken out',
      change: (lines: string[]) => lines.slice(0, -1),
      problem: 'record 9 was dropped',
    },
    {
      why: 'a record put in',
      change: (lines: string[]) => lines.toSpliced(4, 0, (lines[4] ?? '').replace('"p', '"P')),
      problem: 'record 5 was added',
    },
    {
      why: 'a record put in twice',
      change: (lines: string[]) => lines.toSpliced(4, 0, lines[1] ?? ''),
      problem: 'record 5 was added (events.application.v1 3 1)',
    },
    {
      why: 'a record put at the end',
      change: (lines: string[]) => [...lines, '{}'],
      problem: 'record 10 was added',
    },
    {
      why: 'a record moved',
      change: (lines: string[]) => [...lines.toSpliced(4, 1), lines[4] ?? ''],
      problem: 'record 5 was moved (events.application.v1 3 5)',
    },
  ])('$why is named: $problem', async ({ change, problem }) => {
    expect(await verify(await tampered(change))).toMatchObject({ ok: false, problem })
  })

  test.for([
    { file: 'manifest.json', problem: 'the manifest was changed' },
    { file: 'leaves.bin', problem: 'the list of leaves is not what was signed' },
    { file: 'checkpoint.txt', problem: 'the signature of the checkpoint is bad' },
    { file: 'schema-7.avsc', problem: 'the file schema-7.avsc was changed' },
  ])('a byte of $file: $problem', async ({ file, problem }) => {
    const path = join(await aBundle(9), file)
    const bytes = readFileSync(path)
    // In the checkpoint this is a digit of the size.
    const at = file === 'checkpoint.txt' ? bytes.indexOf('\n') + 1 : 7
    bytes[at] = bytes[at] === 0x31 ? 0x32 : 0x31
    writeFileSync(path, bytes)
    expect(await verify(join(path, '..'))).toEqual({ ok: false, problem })
  })

  test('a byte inside the archive is named too', async () => {
    const path = await aBundle(9, '.tar')
    const bytes = readFileSync(path)
    const at = bytes.indexOf('"offset":4')
    bytes[at + 9] = 0x35
    writeFileSync(path, bytes)
    const problem = 'record 5 was changed (events.application.v1 3 5)'
    expect(await verify(path)).toMatchObject({ ok: false, problem })
  })

  test('an archive cut short is none', async () => {
    const path = await aBundle(9, '.tar')
    writeFileSync(path, readFileSync(path).subarray(0, 2_000))
    await expect(verify(path)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' })
  })

  test("another's signature is refused", async () => {
    const path = await aBundle(9)
    const problem = 'the checkpoint is signed by another key'
    expect(await verify(path, stranger.publicKey)).toEqual({ ok: false, problem })
  })
})
