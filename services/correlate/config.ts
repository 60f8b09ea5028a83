import { z } from 'zod'

import { parseSettings, type Environment } from '#runtime/config.ts'

const CORRELATE = z.object({
  TOCSIN_CORRELATE_SESSIONS_MAX: z.coerce.number().int().min(1).default(100_000),
  /** The detect writers to wait for before their first word. */
  TOCSIN_DETECT_WRITERS: z.string().default('all'),
})

export type CorrelateSettings = { sessionsMaxCount: number; detectWriters: string[] }

/** @throws Fault BAD_SETTINGS */
export function readCorrelateSettings(environment: Environment): CorrelateSettings {
  const settings = parseSettings(CORRELATE, environment)
  const names = settings.TOCSIN_DETECT_WRITERS.split(',').map((name) => name.trim())
  return {
    sessionsMaxCount: settings.TOCSIN_CORRELATE_SESSIONS_MAX,
    detectWriters: names.map((name) => `detect:${name}`),
  }
}
