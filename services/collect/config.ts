import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { parseSettings, type Environment } from '#runtime/config.ts'
import { problemsOf } from '#domain/problems.ts'
import type { ServerInventory } from './attribution/inventory.ts'
import type { KnownActor } from './normalize/mcp-actor.ts'
import type { KeepRules } from './normalize/mcp-connection.ts'

const MIB = 1024 * 1024
const TEXT_MAX_CHARS = 4 * MIB

const optionalText = z.string().min(1).optional()
const names = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )

const TAP = z.object({
  TOCSIN_TAP_TENANT: z.string().min(1).max(200).default('default'),
  /** What the server is called; else its command's or its address's name. */
  TOCSIN_TAP_SERVER: optionalText,
  TOCSIN_TAP_AGENT: optionalText,
  TOCSIN_TAP_USER: optionalText,
  /** The conversation, where the host starts one tap for each. */
  TOCSIN_TAP_SESSION: optionalText,
  TOCSIN_TAP_ROLES: names,
  /** Members of arguments whose values are never kept, at any depth. */
  TOCSIN_TAP_REDACT: names,
  /** How much text of a result is kept; 0: sizes only. */
  TOCSIN_TAP_CONTENT_MAX_CHARS: z.coerce.number().int().min(0).max(TEXT_MAX_CHARS).default(65_536),
  TOCSIN_TAP_ARGUMENTS_MAX_CHARS: z.coerce
    .number()
    .int()
    .min(256)
    .max(TEXT_MAX_CHARS)
    .default(65_536),
  TOCSIN_TAP_OUTBOX_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(256 * MIB),
  TOCSIN_TAP_OUTBOX_FULL: z.enum(['block', 'drop-and-count']).default('drop-and-count'),
  /** Servers whose calls are refused while restrictions cannot be read; `*`: all. */
  TOCSIN_TAP_FAIL_CLOSED: names,
  /** Tools, as `server/tool`, that only read, whatever their annotations say. */
  TOCSIN_TAP_READING_TOOLS: names,
  /** A PEM file with the key of the response: restrictions without its signature are refused. */
  TOCSIN_TAP_PUBLIC_KEY_FILE: optionalText,
})

export type TapSettings = {
  tenantId: string
  serverId: string | undefined
  known: KnownActor
  keep: KeepRules
  outbox: { maxBytes: number; whenFull: 'block' | 'drop-and-count' }
  failsClosed: ReadonlySet<string>
  readingTools: ReadonlySet<string>
  publicKeyFile: string | undefined
}

/** @throws Fault BAD_SETTINGS */
export function readTapSettings(environment: Environment): TapSettings {
  const settings = parseSettings(TAP, environment)
  return {
    tenantId: settings.TOCSIN_TAP_TENANT,
    serverId: settings.TOCSIN_TAP_SERVER,
    known: {
      agentId: settings.TOCSIN_TAP_AGENT,
      userId: settings.TOCSIN_TAP_USER,
      conversationId: settings.TOCSIN_TAP_SESSION,
      roles: settings.TOCSIN_TAP_ROLES,
    },
    keep: {
      redactedNames: new Set(settings.TOCSIN_TAP_REDACT.map((name) => name.toLowerCase())),
      maxChars: settings.TOCSIN_TAP_ARGUMENTS_MAX_CHARS,
      contentMaxChars: settings.TOCSIN_TAP_CONTENT_MAX_CHARS,
    },
    outbox: {
      maxBytes: settings.TOCSIN_TAP_OUTBOX_MAX_BYTES,
      whenFull: settings.TOCSIN_TAP_OUTBOX_FULL,
    },
    failsClosed: new Set(settings.TOCSIN_TAP_FAIL_CLOSED),
    readingTools: new Set(settings.TOCSIN_TAP_READING_TOOLS),
    publicKeyFile: settings.TOCSIN_TAP_PUBLIC_KEY_FILE,
  }
}

const NAMES = z.array(z.string().min(1)).optional()
const INVENTORY = z.looseObject({
  servers: z
    .record(
      z.string().min(1),
      z.strictObject({
        agent: z.string().min(1).optional(),
        application_names: NAMES,
        database_users: NAMES,
        processes: NAMES,
        users: NAMES,
        hosts: NAMES,
        addresses: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).optional(),
        // What it may touch is for `observe` to check.
        objects: z.unknown().optional(),
        egress: z.unknown().optional(),
      }),
    )
    .default({}),
})

/**
 * Checks the servers of an inventory as its YAML file has it: by what each is known in logs.
 *
 * @throws Fault BAD_SETTINGS naming `file` and every problem.
 */
export function readServerInventory(file: string, yaml: unknown): ServerInventory {
  const result = INVENTORY.safeParse(yaml)
  if (result.success) return result.data.servers
  throw new Fault('BAD_SETTINGS', `TOCSIN_INVENTORY ${file}: ${problemsOf(result.error)}`)
}

const COLLECT = z.object({
  /** YAML: the collectors of logs of this process (deploy/collectors.yaml). */
  TOCSIN_COLLECTORS: optionalText,
  /** YAML: by what servers are known in logs (deploy/inventory.yaml). */
  TOCSIN_INVENTORY: optionalText,
})

/** @throws Fault BAD_SETTINGS */
export function readCollectSettings(environment: Environment): {
  collectorsFile: string | undefined
  inventoryFile: string | undefined
} {
  const settings = parseSettings(COLLECT, environment)
  return {
    collectorsFile: settings.TOCSIN_COLLECTORS,
    inventoryFile: settings.TOCSIN_INVENTORY,
  }
}
