-- How many application events each day of a time span has, UTC, the newest day first
-- parameter tenant_id: the tenant
-- parameter since_us: from this event time on, microseconds since 1970 UTC
-- parameter until_us: before this event time
SELECT toString(toDate(occurred_at, 'UTC')) AS day, count() AS events
FROM events_application
WHERE tenant_id = {tenant_id:String}
  AND occurred_at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
  AND occurred_at < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
GROUP BY day
ORDER BY day DESC
