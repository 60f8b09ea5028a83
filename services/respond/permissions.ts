import { parse } from 'yaml'
import { z } from 'zod'
import { problemsOf } from '#domain/problems.ts'

const NAMES = z.array(z.string().min(1).max(200)).max(500).default([])

const AGENT = z.strictObject({
  role: z.string().min(1).max(200).optional(),
  servers: NAMES,
  tools: NAMES,
  data: NAMES,
  credentials: NAMES,
  downstream: NAMES,
})
const PERMISSIONS = z.strictObject({ agents: z.record(z.string(), AGENT).default({}) })

/** What each agent may reach. */
export type Permissions = z.infer<typeof PERMISSIONS>

/**
 * Reads permissions.yml.
 *
 * @throws Error whose message names every mistake.
 */
export function readPermissions(text: string): Permissions {
  const parsed = PERMISSIONS.safeParse(parse(text) ?? {})
  if (parsed.success) return parsed.data
  throw new Error(problemsOf(parsed.error))
}

const RADIUS_MAX_COUNT = 500

/**
 * What these agents could reach, as `kind:name`, sorted, at most 500. An agent that nobody listed
 * stands there as `unlisted-agent:NAME`: what it could reach is not known.
 */
export function blastRadius(permissions: Permissions, agentIds: readonly string[]): string[] {
  const reached = agentIds.flatMap((agentId) => {
    const agent = permissions.agents[agentId]
    if (agent === undefined) return [`unlisted-agent:${agentId}`]
    return [
      ...agent.servers.map((name) => `server:${name}`),
      ...agent.tools.map((name) => `tool:${name}`),
      ...agent.data.map((name) => `data:${name}`),
      ...agent.credentials.map((name) => `credential:${name}`),
      ...agent.downstream.map((name) => `downstream:${name}`),
    ]
  })
  return [...new Set(reached)].sort().slice(0, RADIUS_MAX_COUNT)
}

/** The tools these agents are declared to use, sorted. */
export function declaredTools(permissions: Permissions, agentIds: readonly string[]): string[] {
  const tools = agentIds.flatMap((agentId) => permissions.agents[agentId]?.tools ?? [])
  return [...new Set(tools)].sort()
}

/** The credentials to rotate for these agents, sorted. */
export function credentialsOf(permissions: Permissions, agentIds: readonly string[]): string[] {
  const found = agentIds.flatMap((agentId) => permissions.agents[agentId]?.credentials ?? [])
  return [...new Set(found)].sort()
}
