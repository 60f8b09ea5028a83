import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { SECOND_US } from '#domain/time.ts'
import { parseSettings, type Environment } from '#runtime/config.ts'
import type { Inventory } from './inventory.ts'

const OBSERVE = z.object({
  TOCSIN_INACTIVITY_GAP_S: z.coerce.number().int().min(60).max(86_400).default(1_800),
  TOCSIN_OBSERVE_SESSIONS_MAX: z.coerce.number().int().min(1).default(100_000),
  /** A YAML file that says what agents may touch; see services/observe/inventory.ts. */
  TOCSIN_INVENTORY: z.string().min(1).optional(),
})

export type ObserveSettings = {
  inactivityGapUs: number
  sessionsMaxCount: number
  inventoryFile: string | undefined
}

/** @throws Fault BAD_SETTINGS */
export function readObserveSettings(environment: Environment): ObserveSettings {
  const settings = parseSettings(OBSERVE, environment)
  return {
    inactivityGapUs: settings.TOCSIN_INACTIVITY_GAP_S * SECOND_US,
    sessionsMaxCount: settings.TOCSIN_OBSERVE_SESSIONS_MAX,
    inventoryFile: settings.TOCSIN_INVENTORY,
  }
}

const NAMES = z.array(z.string().min(1)).optional()
const INVENTORY = z.strictObject({
  agents: z.record(
    z.string(),
    z.strictObject({ objects: NAMES, egress: NAMES, own_domains: NAMES, servers: NAMES }),
  ),
})

/**
 * Checks an inventory as its YAML file has it: what each agent (`*`: every other one, and the
 * addresses of servers) may touch.
 *
 * @throws Fault BAD_SETTINGS naming `file` and every problem.
 */
export function readInventory(file: string, yaml: unknown): Inventory {
  const result = INVENTORY.safeParse(yaml)
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Fault('BAD_SETTINGS', `TOCSIN_INVENTORY ${file}: ${problems.join('; ')}`)
  }
  const scopes = Object.entries(result.data.agents).map(([agentId, scope]) => {
    const { objects, egress, own_domains: ownDomains, servers } = scope
    const present = Object.entries({ objects, egress, ownDomains, servers }).filter(
      ([, names]) => names,
    )
    return [agentId, Object.fromEntries(present)] as const
  })
  return { agents: Object.fromEntries(scopes) }
}
