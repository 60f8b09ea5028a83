import { join } from 'node:path'

import { PUBLISHED, ROOT } from '../processes.ts'
import { Stage, type StageWorld } from '../stage.ts'
import type { Egress } from './egress.ts'
import type { Telemetry } from './model/traced-model.ts'
import { PARTNER_ADDRESS, type Outside } from './outside/outside.ts'
import type { Shop } from './shop.ts'

const COURIER = join(ROOT, 'test/range/servers/courier.ts')
/** Where web servers may go, beside the organisation's own domains. */
export const ALLOWED_DESTINATIONS = [PARTNER_ADDRESS]

/** What the plays share beside a pipeline: what writes the logs of other layers. */
export type LayeredWorld = StageWorld & {
  shop: Shop
  egress: Egress
  outside: Outside
  telemetry: Telemetry
  /** The user of the operating system that a play's web server may be, by the play's name. */
  users: ReadonlyMap<string, number>
}

/** A stage whose agent has a database, and a server that fetches pages by a proxy or past it. */
export class LayeredStage extends Stage {
  readonly shop: Shop
  readonly egress: Egress
  readonly outside: Outside
  /** What tells of model calls. */
  readonly telemetry: Telemetry
  readonly #user: number

  constructor(world: LayeredWorld, name: string) {
    super(world, name)
    this.shop = world.shop
    this.egress = world.egress
    this.outside = world.outside
    this.telemetry = world.telemetry
    this.#user = world.users.get(name) ?? 0
  }

  /** The agent's account in the database. */
  get role(): string {
    return roleOf(this.name)
  }

  /** Every name under which an incident of this play may be told. */
  incidentNames(): string[] {
    return [...this.sessionIds(), addressOf(this.name), `server:${webOf(this.name)}`]
  }

  /** The published Postgres server, as `database`, behind a tap. */
  database(): Promise<void> {
    return this.stdio('database', [PUBLISHED.postgres, this.shop.urlOf(this.role, this.name)])
  }

  /** The web server's way out. */
  get proxyUrl(): string {
    return this.egress.proxyUrl(webOf(this.name))
  }

  /** A server that posts and fetches, as `web`, behind a tap; its way out is the proxy. */
  web(): Promise<void> {
    const own = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: this.proxyUrl,
      NO_PROXY: '127.0.0.1,localhost',
    }
    return this.stdio('web', [COURIER], this.agent, own)
  }

  /** The same server, whose way out is past the proxy. */
  webPastProxy(): Promise<void> {
    const { command, environment } = this.outside.startOf(this.#user, [COURIER])
    return this.onStdio('web', command, this.agent, environment)
  }

  /** What events call the web server. */
  get webServerId(): string {
    return webOf(this.name)
  }
}

/** What the inventory must say of a play's servers, by which their records are known. */
export function inventoryOf(name: string, user: number): Record<string, object> {
  return {
    [databaseOf(name)]: { application_names: [name], database_users: [roleOf(name)] },
    [webOf(name)]: { users: [webOf(name), String(user)], egress: ALLOWED_DESTINATIONS },
  }
}

/** The account of a play's agent. */
export function roleOf(name: string): string {
  return `agent-of-${name}`
}

/** The address of a play's database server. */
export function addressOf(name: string): string {
  return `server:${databaseOf(name)}`
}

function webOf(name: string): string {
  return `web-of-${name}`
}

function databaseOf(name: string): string {
  return `database-of-${name}`
}
