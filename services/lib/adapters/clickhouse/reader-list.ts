import { readFileSync } from 'node:fs'

import { EVIDENCE_TABLES, EVIDENCE_VIEWS } from '#domain/evidence-tables.ts'

const FUNCTIONS_FILE = new URL('../../../../sql/reader/functions.txt', import.meta.url)
const AGGREGATES_HEADING = 'Aggregates'

/** System tables that clients read to introduce themselves, and that say nothing of the host. */
const SYSTEM_TABLES = [
  'columns',
  'data_type_families',
  'databases',
  'formats',
  'functions',
  'numbers',
  'one',
  'settings',
  'table_engines',
  'table_functions',
  'tables',
  'time_zones',
] as const

/** What a reader of the SQL door may name. */
export type ReaderList = {
  isFunction(name: string): boolean
  /** A table as a statement writes it, with or without its database. */
  isTable(name: string): boolean
}

const COMBINATOR =
  /(?:If|Array|Map|State|SimpleState|Merge|MergeState|ForEach|Distinct|OrDefault|OrNull|Resample)$/

/** The allow-list over the evidence of one database. */
export function loadReaderList(database: string): ReaderList {
  const functions = new Set<string>()
  const aggregates = new Set<string>()
  let names = functions
  for (const line of readFileSync(FUNCTIONS_FILE, 'utf8').split('\n')) {
    if (line.startsWith('## '))
      names = line.slice(3) === AGGREGATES_HEADING ? aggregates : functions
    else if (!line.startsWith('#'))
      for (const name of line.split(' ')) if (name !== '') names.add(name.toLowerCase())
  }
  const own = [...EVIDENCE_TABLES, ...EVIDENCE_VIEWS]
  const tables = new Set([
    ...own,
    ...own.map((name) => `${database}.${name}`),
    ...SYSTEM_TABLES.map((name) => `system.${name}`),
  ])
  return {
    isFunction(name) {
      return functions.has(name.toLowerCase()) || isAggregate(name, aggregates)
    },
    isTable: (name) => tables.has(name),
  }
}

function isAggregate(name: string, aggregates: ReadonlySet<string>): boolean {
  let rest = name
  for (;;) {
    if (aggregates.has(rest.toLowerCase())) return true
    const shorter = rest.replace(COMBINATOR, '')
    if (shorter === rest) return false
    rest = shorter
  }
}
