-- Alerts of each rule on each day
-- parameter tenant_id: the tenant; empty for all
-- parameter since_us: from this event time on
-- parameter until_us: before this event time
SELECT
  toDate(occurred_at) AS day, rule_id, any(rule_name) AS name, any(layer) AS rule_layer, level,
  count() AS alert_count, uniqExact(session_id) AS session_count, uniqExact(agent_id) AS agent_count
FROM alerts
WHERE ({tenant_id:String} = '' OR tenant_id = {tenant_id:String})
  AND occurred_at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
GROUP BY day, rule_id, level
ORDER BY day DESC, alert_count DESC, rule_id, level
LIMIT 10000
