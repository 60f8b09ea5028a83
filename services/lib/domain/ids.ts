import { hash } from 'node:crypto'

const ID_HEX_LENGTH = 32

/** The id of something about these parts, in this order: 128 bits of SHA-256, hex. */
export function idOf(kind: string, ...parts: readonly string[]): string {
  let text = kind
  for (const part of parts) text += `\0${Buffer.byteLength(part)}:${part}`
  return hash('sha256', text, 'hex').slice(0, ID_HEX_LENGTH)
}

/** `alert_id`: of tenant, rule id, rule version and the event ids, whatever their order. */
export function alertId(
  tenantId: string,
  ruleId: string,
  ruleVersion: string,
  eventIds: readonly string[],
): string {
  return idOf('alert', tenantId, ruleId, ruleVersion, ...[...eventIds].sort())
}

/** `incident_id`: of tenant, session and generation. */
export function incidentId(tenantId: string, sessionId: string, generation: number): string {
  return idOf('incident', tenantId, sessionId, String(generation))
}
