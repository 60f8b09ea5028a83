/** What one agent may touch. An absent part is not declared: nobody can say what is out of it. */
export type AgentScope = {
  /** Objects of databases, with `*` for any characters, as `sales.*`. */
  objects?: readonly string[]
  /** Domains it may send to, each with its subdomains. */
  egress?: readonly string[]
  /** Domains of its own organisation: what goes there stays inside. */
  ownDomains?: readonly string[]
  /** MCP servers it may use, by id. */
  servers?: readonly string[]
}

/** What an MCP server may touch, whoever uses it. */
type ServerScope = Pick<AgentScope, 'objects' | 'egress'>

/** Scopes by agent id, `*` for what an agent's own entry leaves undeclared; and by server id. */
export type Inventory = {
  agents: Readonly<Record<string, AgentScope>>
  servers: Readonly<Record<string, ServerScope>>
}

/** Nothing declared. */
export const EMPTY_INVENTORY: Inventory = { agents: {}, servers: {} }

/** The scope of an agent on a server: each part from the server's entry, the agent's, else `*`. */
export function scopeOf(
  { agents, servers }: Inventory,
  agentId: string | null,
  serverId: string | null,
): AgentScope {
  return { ...agents['*'], ...entryOf(agents, agentId), ...entryOf(servers, serverId) }
}

function entryOf<Scope>(
  scopes: Readonly<Record<string, Scope>>,
  id: string | null,
): Scope | undefined {
  return id !== null && Object.hasOwn(scopes, id) ? scopes[id] : undefined
}

/** The objects outside the scope; null where no objects are declared. */
export function objectsOutOfScope(scope: AgentScope, objects: readonly string[]): string[] | null {
  const { objects: declared } = scope
  if (declared === undefined) return null
  return objects.filter((object) => !declared.some((pattern) => matches(pattern, object)))
}

/** Whether a host is on the allowlist or is the organisation's own; null where none is declared. */
export function isDestinationAllowed(scope: AgentScope, host: string): boolean | null {
  if (isOwnDomain(scope, host)) return true
  return scope.egress === undefined ? null : isWithin(scope.egress, host)
}

/** Whether an agent may use a server; null where none are declared, or no server is known. */
export function isServerAllowed(scope: AgentScope, serverId: string | null): boolean | null {
  return scope.servers === undefined || serverId === null ? null : scope.servers.includes(serverId)
}

/** Whether a host is one of the organisation's own domains, or within one. */
export function isOwnDomain(scope: AgentScope, host: string): boolean {
  return isWithin(scope.ownDomains ?? [], host)
}

function isWithin(domains: readonly string[], host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return domains.some((domain) => {
    const suffix = domain.toLowerCase().replace(/^\*?\./, '')
    return name === suffix || name.endsWith(`.${suffix}`)
  })
}

/** Matches without backtracking further than the last star. */
function matches(pattern: string, name: string): boolean {
  const [glob, text] = [pattern.toLowerCase(), name.toLowerCase()]
  let at = 0
  let star = -1
  let retry = 0
  let index = 0
  while (index < text.length) {
    if (at < glob.length && glob[at] === '*') {
      star = at
      retry = index
      at += 1
    } else if (at < glob.length && glob[at] === text[index]) {
      at += 1
      index += 1
    } else if (star >= 0) {
      at = star + 1
      retry += 1
      index = retry
    } else return false
  }
  while (glob[at] === '*') at += 1
  return at === glob.length
}
