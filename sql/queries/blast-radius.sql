-- What an agent could reach, as observed: servers, tools, objects, destinations
-- parameter tenant_id: the tenant
-- parameter agent_id: the agent
-- parameter since_us: from this event time on
-- parameter until_us: before this event time
WITH
  fromUnixTimestamp64Micro({since_us:Int64}, 'UTC') AS since,
  fromUnixTimestamp64Micro({until_us:Int64}, 'UTC') AS until,
  own AS (
    SELECT session_id, server_id, tool_name, action, occurred_at FROM events_application
    WHERE tenant_id = {tenant_id:String} AND agent_id = {agent_id:String}
      AND occurred_at >= since AND occurred_at < until
  ),
  reached AS (
    SELECT 'server' AS kind, 'agent' AS basis, ifNull(server_id, '') AS name, occurred_at FROM own
    UNION ALL
    SELECT 'tool', 'agent', concat(ifNull(server_id, ''), '/', ifNull(tool_name, '')), occurred_at FROM own
    WHERE action = 'tool_call'
    UNION ALL
    SELECT 'object', if(agent_id = {agent_id:String}, 'agent', 'server'), arrayJoin(object_names), occurred_at
    FROM events_data
    WHERE tenant_id = {tenant_id:String} AND occurred_at >= since AND occurred_at < until
      AND (agent_id = {agent_id:String} OR session_id IN (SELECT session_id FROM own)
        OR (session_basis = 'server' AND server_id IN (SELECT server_id FROM own)))
    UNION ALL
    SELECT 'destination', if(agent_id = {agent_id:String}, 'agent', 'server'),
      coalesce(destination_host, destination_address, dns_query, ''), occurred_at
    FROM events_network
    WHERE tenant_id = {tenant_id:String} AND occurred_at >= since AND occurred_at < until
      AND (agent_id = {agent_id:String} OR session_id IN (SELECT session_id FROM own)
        OR (session_basis = 'server' AND server_id IN (SELECT server_id FROM own)))
  )
SELECT
  kind, name, min(basis) AS reached_as, count() AS uses, min(occurred_at) AS first_at, max(occurred_at) AS last_at
FROM reached
WHERE name != ''
GROUP BY kind, name
ORDER BY kind, uses DESC, name
LIMIT 5000
