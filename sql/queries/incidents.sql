-- Incidents with their cases, the newest first
-- parameter tenant_id: the tenant; empty for all
-- parameter row_limit: at most so many
SELECT
  i.tenant_id AS tenant_id, i.incident_id AS incident_id, i.severity AS severity,
  if(c.status = '', 'open', c.status) AS status, c.stage AS stage, i.title AS title,
  i.opened_at AS opened_at, i.updated_at AS updated_at, i.settled AS settled, i.session_ids AS session_ids,
  i.agent_ids AS agent_ids, i.user_ids AS user_ids, i.server_ids AS server_ids, i.layers AS layers,
  length(i.alert_ids) AS alert_count, i.severity_reasons AS severity_reasons,
  i.related_incident_ids AS related_incident_ids, c.contained_at AS contained_at, c.closed_at AS closed_at
FROM incidents AS i
LEFT JOIN cases AS c ON c.tenant_id = i.tenant_id AND c.incident_id = i.incident_id
WHERE {tenant_id:String} = '' OR i.tenant_id = {tenant_id:String}
ORDER BY opened_at DESC, incident_id
LIMIT {row_limit:UInt32}
