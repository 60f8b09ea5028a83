-- What each rule's alerts were judged to be: by analysts, else by the case of their incident
-- parameter tenant_id: the tenant; empty for all
-- parameter since_us: alerts from this event time on
WITH
  dismissed AS (
    SELECT tenant_id, arrayJoin(alert_ids) AS alert_id
    FROM incidents
    WHERE (tenant_id, incident_id) IN (
      SELECT tenant_id, incident_id FROM cases WHERE status = 'false_positive'
    )
  ),
  hits AS (
    SELECT tenant_id, key AS alert_id, max(value) AS hit_count
    FROM incidents ARRAY JOIN mapKeys(alert_hits) AS key, mapValues(alert_hits) AS value
    GROUP BY tenant_id, alert_id
  ),
  judged AS (
    SELECT
      found.rule_id AS rule, found.rule_name AS name, found.level AS rated,
      found.occurred_at AS time, greatest(0, hits.hit_count - 1) AS hidden_count,
      multiIf(
        dispositions.verdict != '', toString(dispositions.verdict),
        (found.tenant_id, found.alert_id) IN (SELECT tenant_id, alert_id FROM dismissed),
        'false_positive',
        '') AS verdict
    FROM alerts AS found
    LEFT JOIN dispositions
      ON dispositions.tenant_id = found.tenant_id AND dispositions.alert_id = found.alert_id
    LEFT JOIN hits ON hits.tenant_id = found.tenant_id AND hits.alert_id = found.alert_id
    WHERE ({tenant_id:String} = '' OR found.tenant_id = {tenant_id:String})
      AND found.occurred_at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
  )
SELECT
  rule AS rule_id, argMax(name, time) AS rule_name, argMax(rated, time) AS level,
  count() AS alert_count, sum(hidden_count) AS suppressed_count,
  countIf(verdict = 'true_positive') AS true_count,
  countIf(verdict = 'false_positive') AS false_count,
  countIf(verdict = 'benign') AS benign_count
FROM judged
GROUP BY rule
ORDER BY alert_count DESC, rule_id
LIMIT 10000
