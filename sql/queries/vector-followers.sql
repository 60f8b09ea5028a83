-- Calls whose values came out of the events through which an incident's instruction came in
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
-- parameter row_limit: at most so many rows, the oldest first
WITH vectors AS (
  SELECT injection_event_ids FROM incidents
  WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
)
SELECT
  occurred_at, session_id, agent_id, server_id, tool_name, effect, event_id,
  arraySort(mapKeys(mapFilter((path, origin) -> has((SELECT any(injection_event_ids) FROM vectors), origin), argument_origins)))
    AS paths
FROM observations
WHERE tenant_id = {tenant_id:String} AND layer = 'application' AND notEmpty(paths)
ORDER BY occurred_at, event_id
LIMIT {row_limit:UInt32}
