-- Where else the content came in through which an incident's instruction did, in whatever session
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
-- parameter row_limit: at most so many rows, the oldest first
WITH
  vectors AS (
    SELECT arrayJoin(injection_event_ids) FROM incidents
    WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
  ),
  contents AS (
    SELECT DISTINCT content FROM events_application
    WHERE tenant_id = {tenant_id:String} AND event_id IN vectors AND notEmpty(content)
  )
SELECT
  occurred_at, session_id, agent_id, user_id, server_id, action, tool_name, source_principal,
  lower(hex(SHA256(assumeNotNull(content)))) AS content_sha256, tool_definition_hash,
  toBool(event_id IN vectors) AS named, event_id, _partition, _offset
FROM events_application
WHERE tenant_id = {tenant_id:String} AND content IN contents
ORDER BY occurred_at, event_id
LIMIT {row_limit:UInt32}
