import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

import type { Migration } from '#domain/migration.ts'

const MIGRATION_DIRECTORY = new URL('../../../../sql/migrations/', import.meta.url)

/** Makes the database the tables live in. Its name goes into statements as it is: a plain word. */
export function makeDatabase(database: string): string {
  assert(/^\w+$/.test(database), 'a database is named by letters, digits and underscores')
  return `CREATE DATABASE IF NOT EXISTS ${database}`
}

/** The migrations, in the order they apply. */
export function loadMigrations(): Migration[] {
  const files = readdirSync(MIGRATION_DIRECTORY).filter((file) => /^\d{4}-.+\.sql$/.test(file))
  return files
    .sort()
    .map((name) => parseMigration(name, readFileSync(new URL(name, MIGRATION_DIRECTORY), 'utf8')))
}

/** A migration from a file's text. */
export function parseMigration(name: string, text: string): Migration {
  const hash = createHash('sha256').update(text).digest('hex')
  return { name, hash, statements: splitStatements(text) }
}

/** The statements of a file: each ends with `;` at a line's end; `--` begins a comment line. */
export function splitStatements(text: string): string[] {
  const code = text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
  return code
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
