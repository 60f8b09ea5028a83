import { expect, test } from 'vitest'
import { stringify } from 'yaml'

import { SOURCES } from '../../services/collect/collector-settings.ts'
import { parseCollectors } from '../../services/collect/collectors-file.ts'
import { compileFormats } from '../../services/collect/normalize/formats.ts'
import { readText } from '../support/checkout.ts'
import { SCHEMAS } from './an-event.ts'

const FORMATS = new Set(['tocsin', 'other'])

const aCollector = (differs: object = {}, source: object = {}): object => ({
  name: 'squid',
  format: 'tocsin',
  source: { kind: 'file', path: '/var/log/squid/access.json', ...source },
  ...differs,
})
const read = (...collectors: object[]) =>
  parseCollectors(stringify({ collectors }), 'collectors.yaml', FORMATS)

test('the shipped example parses, and has one of each source', () => {
  const formats = new Set(compileFormats(SCHEMAS).keys())
  const entries = parseCollectors(readText('deploy/collectors.yaml'), 'collectors.yaml', formats)
  expect(entries.map(({ source }) => source.kind).sort()).toEqual(Object.keys(SOURCES).sort())
})

test('fills in what is left out', () => {
  expect(read(aCollector())).toEqual([
    {
      name: 'squid',
      format: 'tocsin',
      tenant: 'default',
      source: {
        kind: 'file',
        path: '/var/log/squid/access.json',
        follow: true,
        rotate_wait_ms: 2_000,
      },
    },
  ])
})

test('names every wrong setting by its path in the file', () => {
  const wrong = [
    aCollector({ format: 'nope' }),
    aCollector({ name: 'a b', server: '' }),
    aCollector({ name: 'c', source: { kind: 'syslog', port: 70_000 } }),
    aCollector({ name: 'd', colour: 'red' }),
    aCollector({ name: 'e', source: { kind: 'pigeon' } }),
  ]
  expect(() => read(...wrong)).toThrow(
    expect.objectContaining({
      code: 'BAD_SETTINGS',
      message: expect.stringMatching(
        new RegExp(
          [
            String.raw`^collectors\.yaml: collectors\[0\]\.format: ` +
              'there is no such format: tocsin collect --list',
            String.raw`collectors\[1\]\.name: is letters, digits, dot, dash`,
            String.raw`collectors\[1\]\.server: .+`,
            String.raw`collectors\[2\]\.source\.port: .+`,
            String.raw`collectors\[3\]: .+colour.+`,
            String.raw`collectors\[4\]\.source\.kind: .+$`,
          ].join('; '),
        ),
      ) as unknown,
    }),
  )
})

test.for([
  { why: 'no YAML', yaml: 'collectors: [', says: 'collectors.yaml: no YAML at line 1' },
  { why: 'nothing', yaml: '', says: 'collectors.yaml: the document: ' },
  { why: 'no collector', yaml: 'collectors: []', says: 'collectors.yaml: collectors: ' },
])('refuses $why', ({ yaml, says }) => {
  expect(() => parseCollectors(yaml, 'collectors.yaml', FORMATS)).toThrow(
    expect.objectContaining({
      code: 'BAD_SETTINGS',
      message: expect.stringContaining(says) as unknown,
    }),
  )
})

test.for([
  {
    why: 'two of one name',
    collectors: [aCollector(), aCollector()],
    says: 'collectors[1].name: is there twice',
  },
  {
    why: 'several formats of a file',
    collectors: [aCollector({ format: ['tocsin', 'other'] })],
    says: 'collectors[0].format: is one, unless otlp',
  },
  {
    why: 'TLS without a certificate',
    collectors: [aCollector({ source: { kind: 'syslog' } })],
    says: 'collectors[0].source.cert_file: is needed for tls',
  },
  {
    why: 'a table that is more than a name',
    collectors: [
      aCollector({ source: { kind: 'clickhouse', url: 'http://c:8123', table: 'a.b; DROP' } }),
    ],
    says: 'collectors[0].source.table: is database.table',
  },
])('refuses $why', ({ collectors, says }) => {
  expect(() => read(...collectors)).toThrow(says)
})
