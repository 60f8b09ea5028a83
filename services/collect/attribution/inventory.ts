import ipaddr from 'ipaddr.js'

import type { LogEvent } from '../normalize/format.ts'

/** By what an MCP server is known in logs that do not name it. */
type ServerTraits = {
  /** The agent it serves, where it serves one alone. */
  agent?: string | undefined
  /** What it calls itself to databases. */
  application_names?: readonly string[] | undefined
  database_users?: readonly string[] | undefined
  processes?: readonly string[] | undefined
  /** Users of the operating system, by name or number, or of a proxy. */
  users?: readonly string[] | undefined
  hosts?: readonly string[] | undefined
  /** IP addresses and networks in CIDR notation. */
  addresses?: readonly string[] | undefined
}

/** Traits by server id. */
export type ServerInventory = Readonly<Record<string, ServerTraits>>

/** An MCP server that a record was told of. */
type KnownServer = { serverId: string; agentId: string | null }

/** Says whose record it is; undefined where no trait fits, or each fits several servers. */
export type IdentifyServer = (read: LogEvent) => KnownServer | undefined

type Network = { server: KnownServer; range: [ipaddr.IPv4 | ipaddr.IPv6, number] }

const NAMED = ['application_names', 'database_users', 'processes', 'users', 'hosts'] as const

/**
 * Compiles an inventory. What only one server can say of itself goes before what several may share:
 * the name it gives a database, its user there, its process, its user, its host, its address.
 *
 * @throws TypeError where an address is none.
 */
export function compileInventory(inventory: ServerInventory): IdentifyServer {
  const byName = new Map(NAMED.map((trait) => [trait, indexOf(inventory, trait)]))
  const networks = Object.entries(inventory).flatMap(([serverId, traits]) =>
    (traits.addresses ?? []).map((text) => networkOf(knownServer(serverId, traits), text)),
  )
  return (read) => {
    const names = namesOf(read)
    for (const trait of NAMED) {
      const name = names[trait]
      const server = name == null ? undefined : byName.get(trait)?.get(name.toLowerCase())
      if (server != null) return server
    }
    return names.address == null ? undefined : ownerOfAddress(networks, names.address)
  }
}

type Names = Record<(typeof NAMED)[number] | 'address', string | null | undefined>

function namesOf({ facts, hints }: LogEvent): Names {
  const isNetwork = 'source_host' in facts || 'source_address' in facts
  return {
    application_names: hints?.applicationName,
    database_users: 'db_user' in facts ? facts.db_user : undefined,
    processes: 'source_process' in facts ? facts.source_process : undefined,
    users: hints?.userName,
    hosts: 'source_host' in facts ? facts.source_host : undefined,
    address: (isNetwork ? facts.source_address : undefined) ?? facts.client_address,
  }
}

/** Servers by name; null where several go by it. */
function indexOf(
  inventory: ServerInventory,
  trait: (typeof NAMED)[number],
): Map<string, KnownServer | null> {
  const servers = new Map<string, KnownServer | null>()
  for (const [serverId, traits] of Object.entries(inventory))
    for (const name of traits[trait] ?? []) {
      const key = name.toLowerCase()
      servers.set(key, servers.has(key) ? null : knownServer(serverId, traits))
    }
  return servers
}

function knownServer(serverId: string, { agent }: ServerTraits): KnownServer {
  return { serverId, agentId: agent ?? null }
}

function networkOf(server: KnownServer, text: string): Network {
  if (text.includes('/')) return { server, range: ipaddr.parseCIDR(text) }
  const address = ipaddr.process(text)
  return { server, range: [address, address.kind() === 'ipv4' ? 32 : 128] }
}

/** The server of the narrowest network around an address; undefined where two are as narrow. */
function ownerOfAddress(networks: readonly Network[], text: string): KnownServer | undefined {
  if (networks.length === 0 || !ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  const around = networks.filter(
    ({ range }) => range[0].kind() === address.kind() && address.match(range),
  )
  const narrowest = Math.max(...around.map(({ range }) => range[1]))
  const [first, ...others] = around.filter(({ range }) => range[1] === narrowest)
  return others.length === 0 ? first?.server : undefined
}
