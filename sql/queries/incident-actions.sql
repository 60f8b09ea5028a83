-- What was asked, approved, done, undone and proved about an incident, in the order it was written
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
SELECT
  occurred_at, action_id, kind, phase, scope, requested_by, approved_by, reason, outcome, detail, expires_at,
  parameters['step'] AS step, parameters['restriction'] AS restriction, parameters['decision'] AS decision,
  parameters['target'] AS target, parameters['to'] AS recipient, revision, _partition, _offset
FROM log_actions
WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
ORDER BY occurred_at, _offset
LIMIT 1 BY action_id, revision
LIMIT 5000
