-- What data was read or changed in the window, by these sessions or through these servers
-- parameter tenant_id: the tenant
-- parameter session_ids: sessions, server:<id> among them
-- parameter server_ids: servers whose data layer counts whatever the session; may be empty
-- parameter since_us: from this event time on
-- parameter until_us: before this event time
SELECT
  if(empty(object_names), [''], object_names) AS objects,
  arrayJoin(objects) AS object,
  action,
  toBool(action IN ('insert', 'update', 'delete', 'ddl', 'grant', 'copy')) AS changes,
  count() AS statements,
  sum(ifNull(rows, 0)) AS rows_touched,
  sum(ifNull(bytes, 0)) AS bytes_touched,
  min(occurred_at) AS first_at,
  max(occurred_at) AS last_at,
  arraySort(groupUniqArray(20)(db_user)) AS db_users,
  arraySort(groupUniqArray(20)(session_id)) AS session_ids_found,
  arraySort(groupUniqArray(20)(event_id)) AS event_ids
FROM events_data
WHERE tenant_id = {tenant_id:String}
  AND (session_id IN {session_ids:Array(String)} OR server_id IN {server_ids:Array(String)})
  AND occurred_at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
GROUP BY objects, action
ORDER BY changes DESC, bytes_touched DESC, object, action
LIMIT 1000
