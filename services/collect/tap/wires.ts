import type { Recorder } from './recorder.ts'
import { Wire, type Sender } from './wire.ts'

/** Connections that are kept in mind; the one used longest ago makes room. */
const WIRES_MAX_COUNT = 20_000

/** The connections of an HTTP tap: by the protocol's session where there is one, else by client. */
export class Wires {
  readonly #recorder: Recorder
  readonly #byName = new Map<string, Wire>()
  #count = 0

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** The connection a request belongs to. */
  of(serverId: string, sender: Sender): Wire {
    const name = nameOf(serverId, sender)
    const known = this.#byName.get(name)
    if (known === undefined) return this.#keep(name, this.#create(serverId, sender))
    this.#byName.delete(name)
    this.#byName.set(name, known)
    return known
  }

  /** A new connection for a handshake; `of` finds it for a client without a session id. */
  begin(serverId: string, sender: Sender): Wire {
    return this.#keep(nameOf(serverId, sender), this.#create(serverId, sender))
  }

  /** The server has given a connection its session id. */
  name(wire: Wire, sessionId: string): void {
    this.#keep(sessionName(wire.serverId, sessionId), wire)
  }

  #create(serverId: string, sender: Sender): Wire {
    const name = String(++this.#count)
    return new Wire(this.#recorder, serverId, name, sender.clientAddress ?? '')
  }

  #keep(name: string, wire: Wire): Wire {
    this.#byName.delete(name)
    this.#byName.set(name, wire)
    if (this.#byName.size <= WIRES_MAX_COUNT) return wire
    const [oldest] = this.#byName.keys()
    if (oldest !== undefined) this.#byName.delete(oldest)
    return wire
  }
}

function nameOf(serverId: string, { headers, clientAddress }: Sender): string {
  const sessionId = headers['mcp-session-id']
  if (sessionId !== undefined) return sessionName(serverId, sessionId)
  const client = [clientAddress, headers['user-agent'], headers['authorization']]
  return ['client', serverId, ...client.map((part) => part ?? '')].join('\0')
}

function sessionName(serverId: string, sessionId: string): string {
  return ['session', serverId, sessionId].join('\0')
}
