import { randomBytes } from 'node:crypto'

import type { Environment } from '#runtime/config.ts'
import type { Doors } from './doors.ts'

const TOKEN_BYTES = 24
const SETTING_BY_ROLE = {
  admin: 'TOCSIN_TOKEN_ADMIN',
  ingest: 'TOCSIN_TOKEN_INGEST',
  tap: 'TOCSIN_TOKEN_TAP',
  'sql-reader': 'TOCSIN_SQL_READER_PASSWORD',
  'sql-writer': 'TOCSIN_SQL_WRITER_PASSWORD',
} as const

/** The tokens of this process's doors: those set in the environment, else fresh random ones. */
export function doorTokens(environment: Environment): Doors['tokens'] {
  const tokenOf = (role: keyof typeof SETTING_BY_ROLE): string =>
    environment[SETTING_BY_ROLE[role]] ?? randomBytes(TOKEN_BYTES).toString('base64url')
  return {
    admin: tokenOf('admin'),
    ingest: tokenOf('ingest'),
    tap: tokenOf('tap'),
    'sql-reader': tokenOf('sql-reader'),
    'sql-writer': tokenOf('sql-writer'),
  }
}
