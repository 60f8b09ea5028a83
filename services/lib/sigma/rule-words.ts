import { z } from 'zod'
import { timespanUs } from './timespan.ts'

/** Sigma's levels, the lowest first, and its statuses. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const

/** What a rule may claim; severity is decided from these alone. */
const CLAIMS = [
  'injection_seen',
  'instruction_followed',
  'reading_followed',
  'unrequested',
  'data_left',
  'private_data_carried',
  'production_changed',
  'persisted',
  'egress',
  'sensitive_read',
  'anomaly',
] as const
/** One of them. */
export type Claim = (typeof CLAIMS)[number]

const GUIDE_MAX_COUNT = 12
const SUPPRESS_BY_MAX_COUNT = 8
const TIMEFRAME = /^[1-9]\d{0,5}[smhd] (?:before|after|around)$/
const words = z.string().min(1)

/** What a rule or a correlation of ours says beyond Sigma, under `tocsin`. */
export const tocsinBlock = z.strictObject({
  claims: z.array(z.enum(CLAIMS)).min(1),
  summary: words.max(200),
  version: words.max(64).optional(),
  why_level: words.optional(),
  what_to_do: words.optional(),
  /** What an analyst asks, in order: where to look, in which field, what to find out. */
  guide: z
    .array(
      z.strictObject({
        timeframe: z.string().regex(TIMEFRAME, 'a time frame is such as "30m before"'),
        field: words,
        question: words.max(300),
      }),
    )
    .max(GUIDE_MAX_COUNT)
    .default([]),
  /** One alert for all hits of a session alike in these fields within a window of event time. */
  suppress: z
    .strictObject({
      by: z.array(words).min(1).max(SUPPRESS_BY_MAX_COUNT),
      window: z.string().refine((text) => (timespanUs(text) ?? 0) > 0, 'a window is such as "1h"'),
    })
    .optional(),
  /** Sources which the fields it reads must come from, and no collector delivers yet. */
  needs: z.array(words).default([]),
})
