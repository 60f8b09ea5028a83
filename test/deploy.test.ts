import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { topicConfig } from '../services/lib/adapters/kafka/topics.ts'
import { TOPICS } from '../services/lib/domain/topics.ts'
import { ROOT, listFiles, readText } from './support/checkout.ts'

type Container = {
  command?: string[]
  environment?: Record<string, string>
  healthcheck?: { test?: unknown[]; disable?: boolean }
  depends_on?: Record<string, unknown>
  volumes?: string[]
}

const SERVERS = ['clickhouse', 'kafka', 'registry']
const compose = parse(readText('deploy/compose.yaml'), { merge: true }) as {
  services: Record<string, Container>
  volumes: Record<string, unknown>
}
const containers = Object.entries(compose.services)
const ours = containers.filter(([name]) => !SERVERS.includes(name))
const settings = new Set(
  listFiles('services', '.ts').flatMap((path) => readText(path).match(/\bTOCSIN_[A-Z_]+\b/g) ?? []),
)

test('topics.yaml is what `tocsin migrate` creates with the default settings', () => {
  const defaults = { topicPrefix: 'tocsin.', laneCount: 8, replicationFactor: 1 }
  const created = TOPICS.map((spec) => {
    const { topic, numPartitions, configEntries } = topicConfig(spec, defaults)
    const config = Object.fromEntries(configEntries.map(({ name, value }) => [name, value]))
    return { name: topic, partitions: numPartitions, config }
  })
  expect(parse(readText('deploy/topics.yaml'))).toEqual({ topics: created })
})

test('compose.yaml runs every service there is', () => {
  const folders = readdirSync(join(ROOT, 'services')).filter((name) =>
    existsSync(join(ROOT, 'services', name, 'main.ts')),
  )
  const started = ours.flatMap(([, { command = [] }]) =>
    command[0] === 'start' ? command.slice(1) : [],
  )
  expect(started.sort()).toEqual(folders.filter((name) => name !== 'cli').sort())
})

test.for(ours)('container %s names only settings that exist', ([, { environment }]) => {
  expect(Object.keys(environment ?? {}).filter((name) => !settings.has(name))).toEqual([])
})

test('the Dockerfile names only settings that exist', () => {
  const named = readText('deploy/Dockerfile').match(/\bTOCSIN_[A-Z_]+\b/g) ?? []
  expect(named.filter((name) => !settings.has(name))).toEqual([])
})

test.for(containers)('container %s says whether it is well', ([, { healthcheck }]) => {
  const { test: words = [], disable = false } = healthcheck ?? {}
  expect(disable || words.length > 1).toBe(true)
  expect(words.every((word) => typeof word === 'string')).toBe(true)
})

test.for(containers)('container %s leans only on what is there', ([, container]) => {
  const { depends_on = {}, volumes = [] } = container
  expect(Object.keys(depends_on).filter((name) => !(name in compose.services))).toEqual([])
  const mounted = volumes.map((volume) => volume.split(':')[0] ?? '')
  expect(mounted.filter((name) => !(name in compose.volumes))).toEqual([])
})

test.for(containers)('container %s holds no secret in clear', ([, { environment = {} }]) => {
  const secrets = Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|KEY$/.test(name))
  expect(secrets.filter(([, value]) => !/^\$\{\w+:\?[^}]+\}$/.test(value))).toEqual([])
})
