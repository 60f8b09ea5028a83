import { parse } from 'yaml'
import { z } from 'zod'

import type { Environment } from '#runtime/config.ts'
import { secretSchema } from '#runtime/secret.ts'
import { problemsOf } from '#domain/problems.ts'

const TEXT = z.string().min(1).max(2_000)
const URL_TEXT = z.url({ protocol: /^https?$/ })
const TIMEOUT_S = z.number().int().min(1).max(120).default(10)

function schemaOf(environment: Environment) {
  const secret = secretSchema(environment)
  const mail = z.strictObject({
    kind: z.literal('smtp'),
    url: z.url({ protocol: /^smtps?$/ }),
    user: TEXT.optional(),
    password: secret.optional(),
    from: TEXT,
    to: z.array(TEXT).min(1).max(50),
  })
  const slack = z.strictObject({ kind: z.literal('slack'), url: secret })
  const hook = { url: URL_TEXT, secret, timeout_s: TIMEOUT_S }
  const notice = z.strictObject({ kind: z.literal('webhook'), ...hook })
  const token = z.strictObject({
    token: secret,
    hint: z.enum(['access_token', 'refresh_token']).optional(),
  })
  return z.strictObject({
    notify: z.record(z.string(), z.array(z.union([mail, slack, notice])).max(10)).default({}),
    webhooks: z.record(z.string(), z.strictObject(hook)).default({}),
    commands: z
      .record(
        z.string(),
        z.strictObject({
          program: TEXT,
          args: z.array(z.string().max(2_000)).max(100).default([]),
          undo_args: z.array(z.string().max(2_000)).max(100).optional(),
          timeout_s: TIMEOUT_S,
        }),
      )
      .default({}),
    oauth: z
      .strictObject({
        revocation_endpoint: URL_TEXT,
        introspection_endpoint: URL_TEXT.optional(),
        client_id: TEXT,
        client_secret: secret,
        tokens: z.record(z.string(), z.array(token).max(100)).default({}),
      })
      .optional(),
  })
}

/** Where actions go that act outside Tocsin, with their secrets. */
export type Destinations = z.infer<ReturnType<typeof schemaOf>>

export const NO_DESTINATIONS: Destinations = { notify: {}, webhooks: {}, commands: {} }

/**
 * Reads the file of destinations.
 *
 * @throws Error whose message names every mistake, and no secret.
 */
export function readDestinations(text: string, environment: Environment): Destinations {
  const parsed = schemaOf(environment).safeParse(parse(text) ?? {})
  if (parsed.success) return parsed.data
  throw new Error(problemsOf(parsed.error))
}
