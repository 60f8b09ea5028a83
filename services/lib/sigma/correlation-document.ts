import { z } from 'zod'
import { LEVELS, STATUSES, tocsinBlock } from './rule-words.ts'
import { timespanUs } from './timespan.ts'

const TYPES = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
  'temporal',
  'temporal_ordered',
] as const
const RULES_MAX_COUNT = 32
const FIELDS_MAX_COUNT = 8
const TESTS_MAX_COUNT = 100
const TEST_MATCHES_MAX_COUNT = 1_000

const words = z.string().min(1)
const isTimespan = (text: string): boolean => timespanUs(text) !== undefined
const oneOrMore = (maxCount: number) =>
  z
    .union([words, z.array(words).min(1).max(maxCount)], {
      error: `this is a text, or a list of at most ${maxCount} texts`,
    })
    .transform((value) => (typeof value === 'string' ? [value] : value))

/** One hit of a rule in a correlation's own test, so long after the first; the rest are fields. */
const testMatch = z
  .object({
    rule: words,
    after: z.string().refine(isTimespan, '"after" is such as "30s"').default('0s'),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))

/** A correlation document; its condition is read apart. Other members may stand beside these. */
export const correlationDocument = z.object({
  title: words.max(256),
  id: words.optional(),
  name: words.optional(),
  status: z.enum(STATUSES).optional(),
  description: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  tags: z.array(words).default([]),
  falsepositives: z
    .union([words, z.array(z.unknown())])
    .default([])
    .transform((value) => (typeof value === 'string' ? [value] : value.map(String))),
  generate: z.boolean().default(false),
  correlation: z.strictObject({
    type: z.enum(TYPES, { error: `a correlation is one of ${TYPES.join(', ')}` }),
    rules: oneOrMore(RULES_MAX_COUNT).optional(),
    'group-by': oneOrMore(FIELDS_MAX_COUNT).optional(),
    timespan: z.unknown().optional(),
    condition: z.unknown().optional(),
    aliases: z.record(words, z.record(words, words)).default({}),
    generate: z.boolean().default(false),
  }),
  tocsin: tocsinBlock.optional(),
  tests: z
    .array(
      z.strictObject({
        why: words,
        matches: z.array(testMatch).min(1).max(TEST_MATCHES_MAX_COUNT),
        fires: z.boolean(),
      }),
    )
    .max(TESTS_MAX_COUNT)
    .default([]),
})

export type CorrelationDocument = z.infer<typeof correlationDocument>
export type CorrelationType = (typeof TYPES)[number]
