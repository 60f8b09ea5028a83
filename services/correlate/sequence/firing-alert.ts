import { NO_ALERT_FACTS } from '#domain/facts.ts'
import { alertId } from '#domain/ids.ts'
import type { Alert } from '#domain/records/index.ts'
import type { Correlation } from '#sigma/correlation.ts'
import type { Firing } from './firing.ts'

const ENTITY_VALUE_MAX_LENGTH = 200
const LEVEL_DEFAULT = 'medium'

/**
 * The alert of a firing. A claim and its settled form have the same `alert_id`; the later one
 * counts. Its `event_ids` are those of the matches, in their order.
 */
export function firingAlertFields(
  correlation: Correlation,
  firing: Firing,
  packVersion: string,
): Alert {
  const { about, firingId, tenantId } = firing
  const { id, name, title, type, version, tocsin } = correlation
  return {
    alert_id: alertId(tenantId, id, version, [firingId]),
    tenant_id: tenantId,
    rule_id: id,
    rule_name: name ?? title,
    rule_version: version,
    kind: 'sequence',
    source: null,
    layer: about.layer,
    level: correlation.level ?? LEVEL_DEFAULT,
    occurred_at: firing.lastUs,
    detected_at: firing.lastUs,
    session_id: about.sessionId,
    agent_id: about.agentId,
    user_id: about.userId,
    server_id: about.serverId,
    call_id: null,
    event_ids: [...firing.eventIds],
    title,
    summary: tocsin?.summary ?? `${title}: ${firing.eventIds.length} events`,
    claims: [...(tocsin?.claims ?? ['anomaly'])],
    entities: Object.entries(firing.groupBy).map(
      ([field, value]) => `${field}:${value.slice(0, ENTITY_VALUE_MAX_LENGTH)}`,
    ),
    atlas: [...correlation.atlas],
    owasp: [...correlation.owasp],
    measures: [
      { name: type, observed: firing.value, expected: expectedOf(correlation), score: null },
      ...dropped(firing),
    ],
    origin_event_ids: [],
    instruction_event_ids: [],
    facts: NO_ALERT_FACTS,
    baseline_epoch: null,
    evidence: null,
    late: false,
    pack_version: packVersion,
    dedup_key: null,
    trace_id: null,
    connection: null,
    reasons: [],
    revision: firing.isSettled ? 2 : 1,
  }
}

/** What limits have cost its group, where they did: the figure may then be too low. */
function dropped({ droppedCount }: Firing): Alert['measures'] {
  if (droppedCount === 0) return []
  return [{ name: 'matches_dropped', observed: droppedCount, expected: null, score: null }]
}

/** The bound a condition compares with, where it has one. */
function expectedOf({ condition }: Correlation): number | null {
  if (condition.kind === 'rules') return null
  const [bound, ...others] = Object.values(condition.bounds)
  return others.length === 0 ? (bound ?? null) : null
}
