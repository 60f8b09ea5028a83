import type { Command } from 'commander'

import { loadQueries } from '#adapters/clickhouse/queries.ts'
import type { QueryParameters } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { harmlessJson } from '#domain/harmless-json.ts'
import { openEvidenceToRead, runNamedQuery } from './evidence.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from './options.ts'
import { renderTable } from './terminal.ts'

type QueryFlags = PlaceOptions & { param: string[]; json?: boolean; sql?: boolean }

/** Adds `tocsin query`. */
export function addQuery(program: Command): void {
  const command = program
    .command('query')
    .description('ask the evidence one of the named questions of sql/queries')
    .argument('[name]', 'the question; without one: list them all')
    .option(
      '-p, --param <name=value>',
      'a parameter; repeat for more, lists with commas',
      collect,
      [],
    )
    .option('--sql', 'print the SQL instead of running it')
    .option('--json', 'print rows as NDJSON')
  addPlaceOptions(command).action(async (name: string | undefined, flags: QueryFlags) => {
    if (name === undefined) return listQueries()
    if (flags.sql === true) return printSql(name)
    const evidence = await openEvidenceToRead(withOptions(process.env, flags))
    try {
      const rows = await runNamedQuery<Record<string, unknown>>(
        evidence,
        name,
        readParameters(name, flags),
      )
      process.stdout.write(flags.json === true ? ndjson(rows) : `${tableOf(rows)}\n`)
    } finally {
      await evidence.close()
    }
  })
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value]
}

function listQueries(): void {
  const rows = [...loadQueries().values()].map((query) => [
    query.name,
    query.title,
    query.parameters.map((parameter) => parameter.name).join(' '),
  ])
  process.stdout.write(`${renderTable(['name', 'question', 'parameters'], rows)}\n`)
}

function printSql(name: string): void {
  const query = loadQueries().get(name)
  if (query === undefined) throw new Fault('NOT_FOUND', `There is no query ${name}`)
  process.stdout.write(`${query.sql}\n`)
}

/** Parameters as given, lists split where the query's type is an array. */
function readParameters(name: string, flags: QueryFlags): QueryParameters {
  const types = new Map(
    loadQueries()
      .get(name)
      ?.parameters.map((parameter) => [parameter.name, parameter.type]),
  )
  return Object.fromEntries(
    flags.param.map((text) => {
      const split = text.indexOf('=')
      if (split <= 0) throw new Fault('BAD_USAGE', '--param takes name=value')
      const parameter = text.slice(0, split)
      const value = text.slice(split + 1)
      const isList = types.get(parameter)?.startsWith('Array') === true
      return [parameter, isList ? value.split(',').filter((item) => item !== '') : value]
    }),
  )
}

function tableOf(rows: readonly Record<string, unknown>[]): string {
  const [first] = rows
  if (first === undefined) return 'no rows'
  const names = Object.keys(first)
  return renderTable(
    names,
    rows.map((row) => names.map((name) => cellOf(row[name]))),
  )
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function ndjson(rows: readonly object[]): string {
  return rows.map((row) => `${harmlessJson(JSON.stringify(row))}\n`).join('')
}
