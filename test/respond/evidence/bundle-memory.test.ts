import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedEvidence } from '#adapters/clickhouse/embedded.ts'
import { loadMigrations } from '#adapters/clickhouse/migrations.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import { migrate } from '../../../services/store/migrate.ts'
import { insertRecords } from '../../sql/evidence.ts'
import { prepareTocsin } from '../../support/cli.ts'
import { anEvent, anIncident } from '../../support/records.ts'
import { aDirectory } from '../../support/replays.ts'

/** A million where there is time: the memory bound is the same. */
const MANY = process.env['TOCSIN_SOAK'] === undefined ? 50_000 : 1_000_000
const FEW = 100
const GROWTH_MAX_BYTES = 96 * 1024 * 1024
const LANE_COUNT = 8
const BATCH_COUNT = 5_000
const INCIDENT = 'c'.repeat(32)
/** The process tells the most memory it had, as the last line on standard error. */
const TELLS_PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit',()=>process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))",
)}`
/** As `npm run tocsin` and the installed command start it. */
const OPTIONS = [
  '--max-semi-space-size=8',
  '--disable-warning=ExperimentalWarning',
  `--import=${TELLS_PEAK}`,
].join(' ')

const root = aDirectory()
const path = (name: string): string => join(root, name)

beforeAll(() => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  writeFileSync(path('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(path('key.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
})
afterAll(() => rmSync(root, { recursive: true }))

/** A data directory whose one incident has a session of so many events on the log. */
async function aDataDirectory(name: string, count: number): Promise<string> {
  const directory = path(name)
  const evidence = await openEmbeddedEvidence({ directory: join(directory, 'evidence') })
  await migrate(evidence, loadMigrations())
  await insertRecords(evidence, 'incidents.v1', [anIncident({ incident_id: INCIDENT })])
  await evidence.close()
  const log = openEmbeddedLog({
    path: join(directory, 'log.sqlite'),
    laneCount: LANE_COUNT,
    durability: 'process_crash',
  })
  await log.createTopics()
  const codec = await openCodec(
    loadSchemas(),
    fileSchemaIds([...loadSchemas().values()]),
    'tocsin.',
  )
  const sender = await log.openSender()
  const key = keyOf('acme', 's-1')
  const place = {
    topic: 'events.application.v1',
    partition: partitionOf(key, LANE_COUNT),
    key,
  } as const
  for (let first = 0; first < count; first += BATCH_COUNT)
    await sender.send(
      Array.from({ length: Math.min(BATCH_COUNT, count - first) }, (_, index) => {
        const event = anEvent({ event_id: `event-${first + index}`, collector_seq: first + index })
        return { ...place, value: codec.encode(place.topic, event), headers: {} }
      }),
    )
  await sender.close()
  await log.close()
  return directory
}

/** Runs the command in a process of its own; the most memory it had, in bytes. */
async function peakOf(args: readonly string[]): Promise<{ stdout: string; peakBytes: number }> {
  const environment = { NODE_OPTIONS: OPTIONS }
  const { stdout, stderr } = await prepareTocsin(args, { environment })
  const [, peakKib] = /^peak (\d+)\n$/.exec(stderr) ?? []
  if (peakKib === undefined) throw new Error(`the command said more than its peak: ${stderr}`)
  return { stdout, peakBytes: Number(peakKib) * 1024 }
}

async function peaksOf(count: number): Promise<{ exportBytes: number; verifyBytes: number }> {
  const directory = await aDataDirectory(`data-${count}`, count)
  const out = path(`bundle-${count}.tar`)
  const from = ['--out', out, '--signing-key', path('key.pem'), '--data-dir', directory]
  const exported = await peakOf(['evidence', 'export', INCIDENT, ...from])
  expect(exported.stdout).toMatch(new RegExp(`^${count} records of incident ${INCIDENT}, root `))
  const verified = await peakOf(['evidence', 'verify', out, '--key', path('key.pub')])
  expect(verified.stdout).toMatch(new RegExp(`^whole: ${count} records of incident ${INCIDENT}, `))
  return { exportBytes: exported.peakBytes, verifyBytes: verified.peakBytes }
}

test(`${MANY} records are exported and verified in memory that does not grow`, async () => {
  const few = await peaksOf(FEW)
  const many = await peaksOf(MANY)
  const growth = {
    export: many.exportBytes - few.exportBytes,
    verify: many.verifyBytes - few.verifyBytes,
  }
  process.stdout.write(`growth in bytes: ${JSON.stringify(growth)}\n`)
  expect(growth.export).toBeLessThan(GROWTH_MAX_BYTES)
  expect(growth.verify).toBeLessThan(GROWTH_MAX_BYTES)
}, 900_000)
