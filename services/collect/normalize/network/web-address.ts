import { addressOf, hostOf } from '../record-fields.ts'

/** A host and a port as one text holds them. */
export type Endpoint = { host: string | null; address: string | null; port: number | null }

const NOWHERE: Endpoint = { host: null, address: null, port: null }
const URL_FORM = /^([a-z][a-z0-9+.-]{0,15}):\/\/(?:[^/?#@]*@)?([^/?#]*)/i
const BRACKETED = /^\[([^\]]*)\](?::(\d{1,5}))?$/
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 }
const PORT_MAX = 65_535

/** Reads `host`, `host:port`, `address:port` or `[address]:port`; nothing where it is none. */
export function endpointOf(text: string | null): Endpoint {
  if (text === null) return NOWHERE
  const bracketed = text.startsWith('[') ? BRACKETED.exec(text) : null
  if (bracketed !== null) return placed(bracketed[1] ?? '', bracketed[2])
  const colon = text.lastIndexOf(':')
  if (colon < 0 || text.indexOf(':') < colon) return placed(text, undefined)
  return placed(text.slice(0, colon), text.slice(colon + 1))
}

/** Where a URL with a scheme leads, with the scheme's own port where it names none. */
export function endpointOfUrl(url: string): Endpoint {
  const match = URL_FORM.exec(url)
  if (match === null) return NOWHERE
  const endpoint = endpointOf(match[2] ?? null)
  const port = endpoint.port ?? DEFAULT_PORTS[(match[1] ?? '').toLowerCase()] ?? null
  return { ...endpoint, port }
}

/** The URL of a request whose line names only the path. */
export function urlOf(
  scheme: string,
  authority: string | null,
  path: string | null,
): string | null {
  if (path === null || authority === null || !path.startsWith('/')) return path
  return `${scheme}://${authority}${path}`
}

function placed(name: string, digits: string | undefined): Endpoint {
  const port = digits !== undefined && /^\d{1,5}$/.test(digits) ? Number(digits) : null
  const address = addressOf(name)
  return {
    host: address === null ? hostOf(name) : null,
    address,
    port: port !== null && port <= PORT_MAX ? port : null,
  }
}
