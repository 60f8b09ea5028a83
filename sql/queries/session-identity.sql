-- Who is the agent, and what is the session
-- parameter tenant_id: the tenant
-- parameter session_id: the session
WITH events AS (
  SELECT 'application' AS layer, occurred_at, late, agent_id, agent_version, user_id, server_id, trace_id,
    token_id, token_audience, token_scopes, client_address, delegation_chain, session_basis, client_name
  FROM events_application WHERE tenant_id = {tenant_id:String} AND session_id = {session_id:String}
  UNION ALL
  SELECT 'data', occurred_at, late, agent_id, agent_version, user_id, server_id, trace_id,
    token_id, token_audience, token_scopes, client_address, delegation_chain, session_basis, NULL
  FROM events_data WHERE tenant_id = {tenant_id:String} AND session_id = {session_id:String}
  UNION ALL
  SELECT 'network', occurred_at, late, agent_id, agent_version, user_id, server_id, trace_id,
    token_id, token_audience, token_scopes, client_address, delegation_chain, session_basis, NULL
  FROM events_network WHERE tenant_id = {tenant_id:String} AND session_id = {session_id:String}
  UNION ALL
  SELECT 'model', occurred_at, late, agent_id, agent_version, user_id, server_id, trace_id,
    token_id, token_audience, token_scopes, client_address, delegation_chain, session_basis, NULL
  FROM events_model WHERE tenant_id = {tenant_id:String} AND session_id = {session_id:String}
)
SELECT
  min(occurred_at) AS first_at,
  max(occurred_at) AS last_at,
  arraySort(groupUniqArray(100)(agent_id)) AS agent_ids,
  arraySort(groupUniqArray(100)(agent_version)) AS agent_versions,
  arraySort(groupUniqArray(100)(user_id)) AS user_ids,
  arraySort(groupUniqArray(100)(server_id)) AS server_ids,
  arraySort(groupUniqArray(100)(client_name)) AS client_names,
  arraySort(groupUniqArray(100)(client_address)) AS client_addresses,
  arraySort(groupUniqArray(100)(token_id)) AS token_ids,
  arraySort(groupUniqArray(100)(token_audience)) AS token_audiences,
  arraySort(groupUniqArrayArray(100)(token_scopes)) AS token_scopes,
  arraySort(groupUniqArrayArray(100)(delegation_chain)) AS delegation_chains,
  arraySort(groupUniqArray(100)(trace_id)) AS trace_ids,
  arraySort(groupUniqArray(10)(session_basis)) AS session_bases,
  countIf(layer = 'application') AS application_count,
  countIf(layer = 'data') AS data_count,
  countIf(layer = 'network') AS network_count,
  countIf(layer = 'model') AS model_count,
  countIf(late) AS late_count
FROM events
