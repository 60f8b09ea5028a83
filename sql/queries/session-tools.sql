-- The whole tool history of a session
-- parameter tenant_id: the tenant
-- parameter session_id: the session
-- parameter row_limit: at most so many rows, the oldest first
SELECT
  occurred_at, action, server_id, tool_name, method, call_id, decision, is_error, error, duration_ms,
  arguments, content, content_bytes, content_truncated, source_principal, approval_id,
  tool_definition_hash, event_id, collector_id, collector_seq, _partition, _offset
FROM events_application
WHERE tenant_id = {tenant_id:String} AND session_id = {session_id:String}
  AND action NOT IN ('session_start', 'session_end', 'user_request')
ORDER BY occurred_at, collector_id, collector_seq, event_id
LIMIT {row_limit:UInt32}
