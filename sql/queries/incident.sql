-- One incident, whole
-- parameter incident_id: the incident, or how its id begins
SELECT *
FROM incidents
WHERE startsWith(incident_id, {incident_id:String})
ORDER BY incident_id
LIMIT 2
