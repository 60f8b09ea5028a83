import { readFileSync } from 'node:fs'

import { z } from 'zod'

import type { Environment } from './config.ts'

const SOURCE = z.string().min(1).max(2_000)

/**
 * Where a secret comes from, in a file of settings. It never stands there: `{ env: NAME }` names a
 * variable, `{ file: PATH }` a file that holds it. What is wrong is said without it.
 */
export function secretSchema(environment: Environment) {
  return z
    .union([z.strictObject({ env: SOURCE }), z.strictObject({ file: SOURCE })])
    .transform((source, context): string => {
      const value = 'env' in source ? environment[source.env] : readSecret(source.file)
      if (value !== undefined && value !== '') return value
      context.addIssue('the secret is not there')
      return z.NEVER
    })
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
