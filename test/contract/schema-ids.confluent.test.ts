import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { confluentSchemaIds } from '../../services/lib/adapters/registry/confluent.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startRegistry, type RegistryServer } from '../support/servers/registry.ts'
import { aSchema, schemaIdsContract } from './schema-ids.contract.ts'

const kind = realServers()

describe.runIf(kind)(`a real registry (${kind ?? NO_SERVERS})`, () => {
  let server: RegistryServer
  beforeAll(async () => {
    server = await startRegistry()
  })
  afterAll(() => server.stop())

  schemaIdsContract('Confluent', () => confluentSchemaIds({ url: server.url }))

  test('a change that breaks readers of old records is refused', async () => {
    const ids = confluentSchemaIds({ url: server.url })
    await ids.register('refuse-value', aSchema())
    const required = aSchema([{ name: 'must', type: 'string' }])
    await expect(ids.register('refuse-value', required)).rejects.toMatchObject({
      code: 'SCHEMA_REFUSED',
    })
  })

  test('a change that breaks only the oldest records is refused too', async () => {
    const ids = confluentSchemaIds({ url: server.url })
    const text = { name: 'note', type: 'string', default: '' }
    await ids.register('transitive-value', aSchema([{ name: 'note', type: 'int' }]))
    await ids.register('transitive-value', aSchema())
    await expect(ids.register('transitive-value', aSchema([text]))).rejects.toMatchObject({
      code: 'SCHEMA_REFUSED',
    })
  })

  test('a stricter subject is left as strict as it is', async () => {
    const config = `${server.url}/config/strict-value`
    await fetch(config, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'FULL_TRANSITIVE' }),
    })
    await confluentSchemaIds({ url: server.url }).register('strict-value', aSchema())
    expect(await (await fetch(config)).json()).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
  })

  test('a schema that makes decoders allocate without bound counts as unknown', async () => {
    const ids = confluentSchemaIds({ url: server.url })
    const bomb = aSchema([{ name: 'bomb', type: { type: 'array', items: 'null' } }])
    const id = await ids.register('bomb-value', bomb)
    expect(await ids.lookUp(id)).toBeUndefined()
  })
})
