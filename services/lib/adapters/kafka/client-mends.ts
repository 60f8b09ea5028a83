import { createRequire } from 'node:module'

type RequestQueue = { pending: readonly unknown[]; scheduleCheckPendingRequests(): void }
type Connection = {
  socket: object | undefined
  connect(): Promise<boolean>
  disconnect(): Promise<boolean>
}

let isMended = false

/** Mends three faults of kafkajs 2.2.4, which is no longer maintained. */
export function mendClient(): void {
  if (isMended) return
  isMended = true
  const load = createRequire(import.meta.url)
  const queue = load('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
  const connection = load('kafkajs/src/network/connection') as { prototype: Connection }
  restQueue(queue.prototype)
  connectOnce(connection.prototype)
  forgetSocket(connection.prototype)
}

/**
 * It looks at every connection's queue each millisecond, for ever, and on Node 24 warns of the
 * negative delay that causes it. With this it looks only where something is queued.
 */
function restQueue(prototype: RequestQueue): void {
  const schedule = methodOf(prototype, 'scheduleCheckPendingRequests') as () => void
  prototype.scheduleCheckPendingRequests = function mended(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this)
  }
}

/**
 * Two requests that find a connection closed both open a socket, and what the two sockets bring
 * runs together into one stream. With this the second waits for the first.
 */
function connectOnce(prototype: Connection): void {
  const connect = methodOf(prototype, 'connect') as () => Promise<boolean>
  const underWay = new WeakMap<Connection, Promise<boolean>>()
  prototype.connect = function mended(this: Connection): Promise<boolean> {
    const known = underWay.get(this)
    if (known !== undefined) return known
    const connecting = connect.call(this).finally(() => underWay.delete(this))
    underWay.set(this, connecting)
    return connecting
  }
}

/** It closes the same dead socket again and again, which gathers listeners on it. */
function forgetSocket(prototype: Connection): void {
  const disconnect = methodOf(prototype, 'disconnect') as () => Promise<boolean>
  prototype.disconnect = async function mended(this: Connection): Promise<boolean> {
    const { socket } = this
    const isDone = await disconnect.call(this)
    if (this.socket === socket) this.socket = undefined
    return isDone
  }
}

function methodOf(prototype: object, name: string): unknown {
  const method = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown
  if (method === undefined) throw new Error(`this kafkajs has no ${name} to mend`)
  return method
}
