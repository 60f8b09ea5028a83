import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { namedSinks } from '../../services/export/main.ts'
import { readSinks } from '../../services/export/sinks/kinds.ts'
import { listFiles, readText } from '../support/checkout.ts'
import { exampleSettings, SECRETS } from './example-sinks.ts'

const EXAMPLES = listFiles('deploy/examples', '.sinks.yaml')
const WEBHOOK = { kind: 'webhook', url: 'https://x.example.com/h', secret: { env: 'NONE' } }

test.for(EXAMPLES)('%s holds settings that a sink takes', (path) => {
  const text = readText(path)
    .replaceAll(/ca_file: .*/g, '')
    .replace('file: /run/secrets/sentinel', 'env: SENTINEL_SECRET')
  const sinks = readSinks(text, SECRETS)
  expect(sinks.length).toBeGreaterThan(0)
})

test('there is an example of each kind', () => {
  const kinds = EXAMPLES.flatMap((path) => readText(path).match(/(?<=kind: )\w+/g) ?? [])
  expect([...new Set(kinds)].sort()).toEqual([
    'elasticsearch',
    'sentinel',
    'splunk',
    'syslog',
    'webhook',
  ])
})

test.for(['vector.yaml', 'filebeat.yml', 'otel-collector.yaml'])('%s is YAML', (name) => {
  expect(Object.keys(parse(readText(`deploy/examples/${name}`)) as object)).not.toEqual([])
})

test('the file that is deployed names no sink yet', () => {
  expect(readSinks(readText('deploy/sinks.yaml'), {})).toEqual([])
})

test.for([
  { why: 'an unknown kind', text: '{ sinks: { a: { kind: teletype } } }', says: /sinks\.a\.kind/ },
  { why: 'a name that no file could have', text: '{ sinks: { "../a": {} } }', says: /sinks/ },
  { why: 'an unknown setting', text: '{ sink: {} }', says: /sink/ },
  {
    why: 'a secret that stands in the file',
    text: exampleSettings('splunk', 'splunk', { token: 'in-the-clear' }),
    says: /^sinks\.splunk\.token: [^]*$/,
  },
  {
    why: 'a secret that is not there',
    text: exampleSettings('splunk', 'splunk', { token: { env: 'ABSENT' } }),
    says: /sinks\.splunk\.token: the secret is not there/,
  },
  {
    why: 'an address that is none',
    text: exampleSettings('elastic', 'elastic', { url: 'ftp://here' }),
    says: /sinks\.elastic\.url/,
  },
  {
    why: 'every mistake at once',
    text: JSON.stringify({ sinks: { a: { ...WEBHOOK, url: 'x' }, b: { ...WEBHOOK, extra: 1 } } }),
    says: /sinks\.a\.url.*sinks\.a\.secret.*sinks\.b/s,
  },
])('$why is named', ({ text, says }) => {
  expect(() => readSinks(text, SECRETS)).toThrow(says)
})

test('a mistake is named at start, with the file, and without the secret', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-test-')), 'sinks.yaml')
  writeFileSync(path, exampleSettings('splunk', 'splunk', { token: 'in-the-clear' }))
  const read = (): unknown => namedSinks({ TOCSIN_SINKS: path })
  expect(read).toThrow(expect.objectContaining({ code: 'BAD_SETTINGS' }) as Error)
  expect(read).toThrow(/sinks\.yaml: sinks\.splunk\.token/)
  expect(read).not.toThrow(/in-the-clear/)
})
