-- Which of some sessions stand in an incident
-- parameter tenant_id: the tenant
-- parameter session_ids: the sessions
SELECT DISTINCT arrayJoin(arrayIntersect(session_ids, {session_ids:Array(String)})) AS session_id
FROM incidents
WHERE tenant_id = {tenant_id:String}
ORDER BY session_id
