import { readdirSync, readFileSync } from 'node:fs'

import { splitStatements } from './migrations.ts'

const HOLD_DIRECTORY = new URL('../../../../sql/holds/', import.meta.url)

/** The statements that keep what is under legal hold from expiring, one a table. */
export function loadHolds(): string[] {
  const files = readdirSync(HOLD_DIRECTORY).filter((file) => file.endsWith('.sql'))
  return files
    .sort()
    .flatMap((file) => splitStatements(readFileSync(new URL(file, HOLD_DIRECTORY), 'utf8')))
}
