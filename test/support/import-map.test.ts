import { expect, test } from 'vitest'

import { readText } from './checkout.ts'
import { importsOf, parseImportTable, whyForbidden } from './import-map.ts'

const rooms = parseImportTable(readText('services/README.md'))

test.for([
  { why: 'a plain import', source: "import { a } from './a.ts'", imports: ['./a.ts'] },
  {
    why: 'a type import',
    source: "import type { A } from '#domain/a.ts'",
    imports: ['#domain/a.ts'],
  },
  { why: 'an import for its effect', source: "import 'x'", imports: ['x'] },
  { why: 'an import over many lines', source: "import {\n  a,\n  b,\n} from 'x'", imports: ['x'] },
  { why: 'a default with names', source: "import d, { type A, b } from 'x'", imports: ['x'] },
  { why: 'a namespace', source: "import * as n from 'x'", imports: ['x'] },
  {
    why: 'a re-export',
    source: "export * from 'x'\nexport type { A } from 'y'",
    imports: ['x', 'y'],
  },
  {
    why: 'a JSON import',
    source: "import j from './j.json' with { type: 'json' }",
    imports: ['./j.json'],
  },
  { why: 'an import call', source: "const a = await import('x')", imports: ['x'] },
  { why: 'an imported type', source: "type A = import('x').A", imports: ['x'] },
  { why: 'a computed import', source: 'await import(name)', imports: [undefined] },
  { why: 'a computed template', source: 'await import(`./${name}.ts`)', imports: [undefined] },
  { why: 'a require', source: "require('x'); require.resolve('y')", imports: ['x', 'y'] },
  { why: 'a comment', source: "// import 'x'\n/** import('y')\n * import('z') */", imports: [] },
  {
    why: 'an exported string',
    source: "export const a = 'x'\nexport const b = from('y')",
    imports: [],
  },
  { why: 'an exported function', source: "export function f() {\n  return 'x'\n}", imports: [] },
])('the scanner reads $why', ({ source, imports }) => {
  expect(importsOf(source)).toEqual(imports)
})

test.for([
  {
    why: 'a core may use the words',
    path: 'learn/learn.ts',
    specifier: '#domain/time.ts',
    allowed: true,
  },
  {
    why: 'a core may use its neighbour',
    path: 'learn/learn.ts',
    specifier: './seal.ts',
    allowed: true,
  },
  {
    why: 'a core may use a folder of its own',
    path: 'detect/detect.ts',
    specifier: './sigma/rule.ts',
    allowed: true,
  },
  {
    why: 'a folder may use its service',
    path: 'observe/measures/a.ts',
    specifier: '../text.ts',
    allowed: true,
  },
  {
    why: 'a core may not use another service',
    path: 'learn/learn.ts',
    specifier: '../detect/detect.ts',
    allowed: false,
  },
  {
    why: 'a core may not use the runtime',
    path: 'learn/learn.ts',
    specifier: '#runtime/stage.ts',
    allowed: false,
  },
  {
    why: 'a core may not use an adapter',
    path: 'learn/learn.ts',
    specifier: '#adapters/kafka/log.ts',
    allowed: false,
  },
  {
    why: 'a core may not go round the alias',
    path: 'learn/learn.ts',
    specifier: '../lib/adapters/kafka/log.ts',
    allowed: false,
  },
  {
    why: 'a core may not read files',
    path: 'learn/learn.ts',
    specifier: 'node:fs',
    allowed: false,
  },
  {
    why: 'a core may not use a client',
    path: 'learn/learn.ts',
    specifier: 'kafkajs',
    allowed: false,
  },
  {
    why: 'a core may compute',
    path: 'learn/learn.ts',
    specifier: 'simple-statistics',
    allowed: true,
  },
  { why: 'the words use no package', path: 'lib/domain/a.ts', specifier: 'zod', allowed: false },
  {
    why: 'the words do not know a service',
    path: 'lib/domain/a.ts',
    specifier: '../../learn/learn.ts',
    allowed: false,
  },
  {
    why: 'an adapter does not know another',
    path: 'lib/adapters/kafka/log.ts',
    specifier: '../avro/codec.ts',
    allowed: false,
  },
  {
    why: 'an adapter knows its own files',
    path: 'lib/adapters/kafka/log.ts',
    specifier: './bytes.ts',
    allowed: true,
  },
  {
    why: 'an adapter waits',
    path: 'lib/adapters/kafka/log.ts',
    specifier: 'node:net',
    allowed: true,
  },
  {
    why: 'main wires an adapter',
    path: 'learn/main.ts',
    specifier: '#adapters/kafka/log.ts',
    allowed: true,
  },
  { why: 'main wires its core', path: 'learn/main.ts', specifier: './learn.ts', allowed: true },
  {
    why: 'main does not wire another core',
    path: 'learn/main.ts',
    specifier: '../detect/detect.ts',
    allowed: false,
  },
  {
    why: 'main does not start another main',
    path: 'learn/main.ts',
    specifier: '../detect/main.ts',
    allowed: false,
  },
  {
    why: 'a core does not start its main',
    path: 'learn/learn.ts',
    specifier: './main.ts',
    allowed: false,
  },
  {
    why: 'cli starts everything',
    path: 'cli/start.ts',
    specifier: '../learn/main.ts',
    allowed: true,
  },
  {
    why: 'a pure file does not lean on one that waits',
    path: 'store/container.ts',
    specifier: './store.ts',
    allowed: false,
  },
  {
    why: 'one that waits leans on a pure file',
    path: 'store/store.ts',
    specifier: './container.ts',
    allowed: true,
  },
  {
    why: 'nothing leaves services',
    path: 'learn/learn.ts',
    specifier: '../../test/a.ts',
    allowed: false,
  },
  {
    why: 'a computed import hides its target',
    path: 'cli/start.ts',
    specifier: undefined,
    allowed: false,
  },
])('$why', ({ path, specifier, allowed }) => {
  expect(whyForbidden(rooms, path, specifier) === undefined).toBe(allowed)
})
