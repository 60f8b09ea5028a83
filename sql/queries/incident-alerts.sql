-- The alerts of an incident, in event time
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
SELECT
  occurred_at, level, layer, kind, rule_name, title, summary, claims, session_id, event_ids,
  origin_event_ids, instruction_event_ids, reasons, entities, measures, alert_id
FROM alerts
WHERE tenant_id = {tenant_id:String}
  AND alert_id IN (
    SELECT arrayJoin(alert_ids) FROM incidents
    WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
  )
ORDER BY occurred_at, alert_id
LIMIT 1000
