import assert from 'node:assert/strict'

/** A file of sql/migrations: its name, a hash of its text, and what it says. */
export type Migration = { name: string; hash: string; statements: string[] }

/** Where the runner keeps what it has applied. */
export const MAKE_BOOK =
  'CREATE TABLE IF NOT EXISTS migrations ' +
  '(name String, hash String, applied_at DateTime DEFAULT now()) ' +
  'ENGINE = ReplacingMergeTree ORDER BY name'
export const READ_BOOK = 'SELECT name, hash FROM migrations FINAL ORDER BY name'

/** Notes that a migration has been applied. */
export function recordStatement({ name, hash }: Migration): string {
  assert(/^[\w.-]+$/.test(name + hash), 'a migration is named by a plain file name')
  return `INSERT INTO migrations (name, hash) VALUES ('${name}', '${hash}')`
}
