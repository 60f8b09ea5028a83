import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { problemsOf } from '#domain/problems.ts'

/** Environment variables, as `process.env` gives them. */
export type Environment = Record<string, string | undefined>

const optionalText = z.string().min(1).optional()
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const SHARED = z.object({
  TOCSIN_PARTITIONS: z.coerce.number().int().min(1).max(256).default(8),
  TOCSIN_HORIZON_S: z.coerce.number().int().min(1).max(86_400).default(600),
  TOCSIN_EPOCH_S: z.coerce.number().int().min(62).max(86_400).default(3_600),
  TOCSIN_BATCH_MAX: z.coerce.number().int().min(1).max(100_000).default(2_000),
  TOCSIN_CHECKPOINT_MS: z.coerce.number().int().min(1).max(60_000).default(1_000),
  TOCSIN_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{0,100}$/, 'may hold letters, digits, dot, underscore and dash')
    .default('tocsin.'),
  TOCSIN_HASH_KEY: optionalText,
  /** How often what is under legal hold is looked after; far less than anything is retained. */
  TOCSIN_HOLD_EVERY_S: z.coerce.number().int().min(1).max(43_200).default(3_600),
  TOCSIN_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TOCSIN_BROKERS: optionalText,
  TOCSIN_REGISTRY: optionalText,
  TOCSIN_CLICKHOUSE: optionalText,
  TOCSIN_CLICKHOUSE_USER: z.string().default('default'),
  TOCSIN_CLICKHOUSE_PASSWORD: z.string().default(''),
  TOCSIN_CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
    .default('tocsin'),
  TOCSIN_DATA_DIR: optionalText,
  /** A directory of rules and correlations that takes the place of the bundled pack. */
  TOCSIN_RULES_DIR: optionalText,
  /** YAML: what `%name%` stands for in rules with the modifier `expand`. */
  TOCSIN_PLACEHOLDERS: optionalText,
  TOCSIN_HTTP_HOST: z.string().default('127.0.0.1'),
  TOCSIN_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(7331),
  TOCSIN_SQL_PORT: z.coerce.number().int().min(0).max(65_535).default(8123),
  /** Where set, readers of the SQL door see this tenant's rows only. */
  TOCSIN_SQL_TENANT: optionalText,
  TOCSIN_KAFKA_TLS: flag.default(false),
  TOCSIN_KAFKA_TLS_CA_FILE: optionalText,
  TOCSIN_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  TOCSIN_KAFKA_SASL_USER: optionalText,
  TOCSIN_KAFKA_SASL_PASSWORD: optionalText,
  TOCSIN_KAFKA_REPLICATION: z.coerce.number().int().min(1).max(10).default(1),
  // Kafka's own bounds for what a group may ask for.
  TOCSIN_KAFKA_SESSION_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(6_000)
    .max(1_800_000)
    .default(10_000),
})

/** The settings every service shares, checked. */
export type Settings = Omit<z.infer<typeof SHARED>, 'TOCSIN_BROKERS'> & {
  TOCSIN_BROKERS: string[] | undefined
  horizonUs: number
  epochUs: number
  /** How far one input may run ahead of its lane (time.md, Sessions and baselines). */
  alignmentMaxUs: number
}

/**
 * Reads the shared settings.
 *
 * @throws Fault BAD_SETTINGS with one message that names every bad setting.
 */
export function readSettings(environment: Environment): Settings {
  const shared = parseSettings(SHARED, environment)
  const horizonUs = shared.TOCSIN_HORIZON_S * SECOND_US
  const epochUs = shared.TOCSIN_EPOCH_S * SECOND_US
  const alignmentMaxUs = epochUs - horizonUs - MINUTE_US
  if (alignmentMaxUs <= 0)
    throw new Fault(
      'BAD_SETTINGS',
      `TOCSIN_HORIZON_S (${shared.TOCSIN_HORIZON_S}) and one minute must be less than` +
        ` TOCSIN_EPOCH_S (${shared.TOCSIN_EPOCH_S})`,
    )
  const brokers = shared.TOCSIN_BROKERS?.split(',').map((broker) => broker.trim())
  return { ...shared, TOCSIN_BROKERS: brokers, horizonUs, epochUs, alignmentMaxUs }
}

/**
 * Checks settings against a schema of environment names.
 *
 * @throws Fault BAD_SETTINGS with one message that names every bad setting.
 */
export function parseSettings<T extends z.ZodType>(
  schema: T,
  environment: Environment,
): z.infer<T> {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = schema.safeParse(present)
  if (result.success) return result.data
  throw new Fault('BAD_SETTINGS', `Bad settings: ${problemsOf(result.error)}`)
}
