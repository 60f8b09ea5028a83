import { transportOf, type NetworkFacts } from './network-reading.ts'

/** One direction of a connection, as NetFlow and the flow logs of clouds count them. */
export type OneWay = {
  atUs: number
  durationMs: number | null
  from: string | null
  fromPort: number | null
  to: string | null
  toPort: number | null
  protocol: number | null
  bytes: number | null
  packets: number | null
  /** Of the way back, where the record tells both. */
  bytesBack?: number | null
  packetsBack?: number | null
}

/** Ports from here on are what systems give to clients (Linux from 32,768, IANA from 49,152). */
const CLIENT_PORT_MIN = 32_768
const SYSTEM_PORT_MAX = 1_023

/**
 * The facts of a flow. The way back, from a server's port to a client's, is told as what the
 * client's connection brought in: each byte counts once, whichever record tells it.
 */
export function oneWayFacts(flow: OneWay): NetworkFacts {
  const isBack = isWayBack(flow.fromPort, flow.toPort)
  const { bytes, packets, bytesBack = null, packetsBack = null } = flow
  return {
    occurred_at: flow.atUs,
    action: 'flow',
    source_address: isBack ? flow.to : flow.from,
    client_port: isBack ? flow.toPort : flow.fromPort,
    destination_address: isBack ? flow.from : flow.to,
    destination_port: isBack ? flow.fromPort : flow.toPort,
    transport: transportOf(flow.protocol),
    bytes_out: isBack ? bytesBack : bytes,
    bytes_in: isBack ? bytes : bytesBack,
    packets_out: isBack ? packetsBack : packets,
    packets_in: isBack ? packets : packetsBack,
    duration_ms: flow.durationMs,
  }
}

/** Whether the ports say that a server answers a client; false where they do not tell. */
export function isWayBack(fromPort: number | null, toPort: number | null): boolean {
  if (fromPort === null || toPort === null) return false
  if (fromPort <= SYSTEM_PORT_MAX) return toPort > SYSTEM_PORT_MAX
  return fromPort < CLIENT_PORT_MIN && toPort >= CLIENT_PORT_MIN
}
