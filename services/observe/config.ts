import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { SECOND_US } from '#domain/time.ts'
import { parseSettings, type Environment } from '#runtime/config.ts'
import { problemsOf } from '#domain/problems.ts'
import type { AgentScope, Inventory } from './inventory.ts'

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
  agents: z
    .record(
      z.string(),
      z.strictObject({ objects: NAMES, egress: NAMES, own_domains: NAMES, servers: NAMES }),
    )
    .default({}),
  // By what a server is known in logs is for `collect` to check.
  servers: z.record(z.string(), z.looseObject({ objects: NAMES, egress: NAMES })).default({}),
})

/**
 * Checks an inventory as its YAML file has it: what each agent (`*`: every other one, and the
 * addresses of servers) may touch, and each server.
 *
 * @throws Fault BAD_SETTINGS naming `file` and every problem.
 */
export function readInventory(file: string, yaml: unknown): Inventory {
  const result = INVENTORY.safeParse(yaml)
  if (!result.success)
    throw new Fault('BAD_SETTINGS', `TOCSIN_INVENTORY ${file}: ${problemsOf(result.error)}`)
  const { agents, servers } = result.data
  return {
    agents: mapped(agents, ({ objects, egress, own_domains: ownDomains, servers: used }) =>
      present({ objects, egress, ownDomains, servers: used }),
    ),
    servers: mapped(servers, ({ objects, egress }) => present({ objects, egress })),
  }
}

function mapped<From, To>(
  entries: Record<string, From>,
  convert: (from: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(entries).map(([id, from]) => [id, convert(from)]))
}

/** Without the parts that are not declared. */
function present(scope: Record<string, readonly string[] | undefined>): AgentScope {
  return Object.fromEntries(Object.entries(scope).filter(([, names]) => names !== undefined))
}
