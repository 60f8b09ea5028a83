-- Alerts of these sessions, or that name one of these entities
-- parameter tenant_id: the tenant
-- parameter session_ids: sessions
-- parameter entities: entities as `type:value`; may be empty
-- parameter since_us: from this event time on
-- parameter until_us: before this event time
SELECT
  occurred_at, level, layer, kind, rule_name, rule_id, rule_version, title, summary, session_id,
  agent_id, user_id, server_id, call_id, event_ids, entities, atlas, owasp, alert_id,
  toBool(session_id IN {session_ids:Array(String)}) AS by_session,
  arraySort(arrayIntersect(entities, {entities:Array(String)})) AS by_entities
FROM alerts
WHERE tenant_id = {tenant_id:String}
  AND (session_id IN {session_ids:Array(String)} OR hasAny(entities, {entities:Array(String)}))
  AND occurred_at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
ORDER BY occurred_at, alert_id
LIMIT 1000
