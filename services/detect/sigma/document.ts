import { z } from 'zod'
import { CLAIMS } from './rule.ts'

const LAYERS = ['application', 'data', 'network', 'model'] as const
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const
const TESTS_MAX_COUNT = 100
const GUIDE_MAX_COUNT = 12
const SUPPRESS_BY_MAX_COUNT = 8
const TIMESPAN = /^[1-9]\d{0,5}[smhd]$/
const TIMEFRAME = /^[1-9]\d{0,5}[smhd] (?:before|after|around)$/

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
  tocsin: z.strictObject({
    claims: z.array(z.enum(CLAIMS)).min(1),
    summary: z.string().min(1).max(200),
    version: z.string().min(1).max(64).optional(),
    why_level: z.string().min(1).optional(),
    what_to_do: z.string().min(1).optional(),
    /** What an analyst asks, in order: where to look, in which field, what to find out. */
    guide: z
      .array(
        z.strictObject({
          timeframe: z.string().regex(TIMEFRAME, 'a time frame is such as "30m before"'),
          field: z.string().min(1),
          question: z.string().min(1).max(300),
        }),
      )
      .max(GUIDE_MAX_COUNT)
      .default([]),
    /** One alert for all hits alike in these fields within a window of event time. */
    suppress: z
      .strictObject({
        by: z.array(z.string().min(1)).min(1).max(SUPPRESS_BY_MAX_COUNT),
        window: z.string().regex(TIMESPAN, 'a window is such as "1h"'),
      })
      .optional(),
    /** Sources which the fields it reads must come from, and no collector delivers yet. */
    needs: z.array(z.string().min(1)).default([]),
  }),
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
