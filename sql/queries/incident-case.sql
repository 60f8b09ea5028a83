-- What is being done about an incident
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
SELECT *
FROM cases
WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
