import { z } from 'zod'
import { LEVELS, STATUSES, tocsinBlock } from '#sigma/rule-words.ts'

const LAYERS = ['application', 'data', 'network', 'model'] as const
const TESTS_MAX_COUNT = 100

const service = z.enum(['event', 'observation'], {
  error: 'a rule runs on exactly one stream: event or observation',
})

/** A base rule as it is written. Fields beyond these are kept out, as Sigma allows any. */
export const ruleDocument = z.object({
  title: z.string().min(1).max(256),
  name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a name is words joined by hyphens'),
  id: z.uuid(),
  status: z.enum(STATUSES).default('experimental'),
  description: z.string().min(1),
  level: z.enum(LEVELS),
  logsource: z.strictObject({
    product: z.literal('tocsin'),
    service,
    category: z.enum(LAYERS).optional(),
    definition: z.string().optional(),
  }),
  detection: z
    .record(z.string().regex(/^[A-Za-z0-9_-]+$/, 'no name of a selection'), z.unknown())
    .refine((detection) => Object.hasOwn(detection, 'condition'), 'there is no condition'),
  falsepositives: z.array(z.string().min(1)).default([]),
  tags: z
    .array(z.string().regex(/^[a-z0-9_-]+\.[a-z0-9._-]+$/, 'a tag is namespace.name'))
    .default([]),
  tocsin: tocsinBlock,
  tests: z
    .array(
      z.strictObject({
        why: z.string().min(1),
        event: z.record(z.string(), z.unknown()),
        fires: z.boolean(),
      }),
    )
    .max(TESTS_MAX_COUNT)
    .default([]),
})

/** What stands in a rule file of a valid shape. */
export type RuleDocument = z.infer<typeof ruleDocument>
export const ALL_LAYERS = LAYERS
