import { ClickHouseContainer } from '@testcontainers/clickhouse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createHttpDatabase, openHttpEvidence } from '#adapters/clickhouse/http.ts'
import { loadMigrations } from '#adapters/clickhouse/migrations.ts'
import { loadQueries } from '#adapters/clickhouse/queries.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { migrate } from '../../services/store/migrate.ts'
import { realServers } from '../support/servers/available.ts'

const IMAGE = 'clickhouse/clickhouse-server:25.8'
const DATABASE = 'tocsin'
const hasDocker = realServers() === 'docker'
if (!hasDocker) process.stderr.write('no Docker here: the tests on a ClickHouse server skip\n')

describe.runIf(hasDocker)('a real ClickHouse server', () => {
  let stop = (): Promise<unknown> => Promise.resolve()
  let evidence: EvidenceStore

  beforeAll(async () => {
    const container = await new ClickHouseContainer(IMAGE).start()
    stop = () => container.stop()
    const user = container.getUsername()
    const password = container.getPassword()
    const options = { url: container.getHttpUrl(), user, password, database: DATABASE }
    await createHttpDatabase(options)
    evidence = openHttpEvidence(options)
  })

  afterAll(async () => {
    await evidence?.close()
    await stop()
  })

  test('takes the migrations once', async () => {
    expect((await migrate(evidence, loadMigrations())).length).toBeGreaterThan(0)
    expect(await migrate(evidence, loadMigrations())).toEqual([])
  })

  test('understands every named query', async () => {
    for (const { sql, parameters } of loadQueries().values()) {
      const values = parameters.map(({ name, type }) => [name, valueOf(type)] as const)
      expect(await evidence.query(sql, Object.fromEntries(values))).toBeInstanceOf(Array)
    }
  })
})

/** Some value of a parameter's type. */
function valueOf(type: string): string | string[] {
  if (type.startsWith('Array')) return ['x']
  return /Int/.test(type) ? '1' : 'x'
}
