import { z } from 'zod'

import { parseSettings, type Environment } from '#runtime/config.ts'

const LEARN = z.object({
  /** Where nobody decides, as in every replay, there is nothing to hear of cases. */
  TOCSIN_RESPOND: z.enum(['live', 'planned']).default('live'),
})

/** @throws Fault BAD_SETTINGS */
export function readLearnSettings(environment: Environment): z.infer<typeof LEARN> {
  return parseSettings(LEARN, environment)
}
