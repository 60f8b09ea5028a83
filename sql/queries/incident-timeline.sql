-- What happened in an incident, over all four layers, in event time
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
-- parameter before_s: seconds before its first alert to begin with
-- parameter after_s: seconds after its last alert to end with
-- parameter row_limit: at most so many rows, the oldest first
WITH
  incident AS (SELECT * FROM incidents WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}),
  (SELECT any(opened_at) FROM incident) - toIntervalSecond({before_s:UInt32}) AS since,
  (SELECT any(updated_at) FROM incident) + toIntervalSecond({after_s:UInt32}) AS until,
  sessions_affected AS (SELECT arrayJoin(session_ids) FROM incident),
  injections AS (SELECT arrayJoin(injection_event_ids) FROM incident),
  attacks AS (SELECT arrayJoin(attacker_event_ids) FROM incident),
  alerted AS (
    SELECT arrayJoin(event_ids) FROM alerts
    WHERE tenant_id = {tenant_id:String} AND alert_id IN (SELECT arrayJoin(alert_ids) FROM incident)
  ),
  named AS (
    SELECT * FROM injections UNION ALL SELECT * FROM attacks UNION ALL SELECT * FROM alerted
  ),
  line AS (
    SELECT 1 AS layer_order, 'model' AS layer, tenant_id, session_id, session_basis, occurred_at, collector_id, collector_seq,
      action, agent_id, server_id, event_id, _partition, _offset, provider AS subject, model AS object,
      output_tokens AS amount
    FROM events_model
    UNION ALL
    SELECT 2, 'application', tenant_id, session_id, session_basis, occurred_at, collector_id, collector_seq,
      action, agent_id, server_id, event_id, _partition, _offset, server_id, coalesce(tool_name, method, decision),
      content_bytes
    FROM events_application
    UNION ALL
    SELECT 3, 'data', tenant_id, session_id, session_basis, occurred_at, collector_id, collector_seq,
      action, agent_id, server_id, event_id, _partition, _offset, db_user, arrayStringConcat(object_names, ' '), rows
    FROM events_data
    UNION ALL
    SELECT 4, 'network', tenant_id, session_id, session_basis, occurred_at, collector_id, collector_seq,
      action, agent_id, server_id, event_id, _partition, _offset, coalesce(source_process, source_host),
      coalesce(destination_host, destination_address, dns_query), bytes_out
    FROM events_network
  )
SELECT
  occurred_at, layer, action,
  multiIf(event_id IN injections, 'injection', event_id IN attacks, 'attack', event_id IN alerted, 'alert', '') AS role,
  replaceRegexpAll(
    substringUTF8(concatWithSeparator(' ', ifNull(subject, ''), ifNull(object, '')), 1, 160), '[^ -~]|[<>&]', '?'
  ) AS description,
  amount, session_id, session_basis, agent_id, server_id, event_id, collector_id, collector_seq, _partition, _offset
FROM line
WHERE tenant_id = {tenant_id:String} AND occurred_at >= since AND occurred_at <= until
  AND (session_id IN sessions_affected OR event_id IN named)
ORDER BY occurred_at, layer_order, collector_id, collector_seq, event_id
LIMIT {row_limit:UInt32}
