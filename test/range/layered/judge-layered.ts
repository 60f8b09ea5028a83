import type { Alert, Incident } from '#domain/records/index.ts'
import type { Judged } from '../play.ts'
import type { TimedRecord } from '../timed-records.ts'
import type { LayeredScenario } from './layered-scenario.ts'
import type { LayeredStage } from './layered-stage.ts'

/** A play that has been played; `twin` names which, undefined: the attack. */
export type LayeredPlayed = {
  scenario: LayeredScenario
  twin: string | undefined
  stage: LayeredStage
  failure: string | undefined
}

/**
 * Says of each play whether it became the one incident, or none, that it should. Incidents of
 * nobody's play, unless of these names, are wrong too.
 */
export function judgeLayered(
  played: readonly LayeredPlayed[],
  records: readonly TimedRecord[],
  expected: ReadonlySet<string>,
): Judged[] {
  const incidents = newestIncidents(records)
  const judged = played.map((one) => judgeOne(one, incidents, records))
  const names = new Set([...expected, ...played.flatMap(({ stage }) => stage.incidentNames())])
  const others = incidents.filter(({ session_ids }) => !session_ids.some((id) => names.has(id)))
  const strangers = others.map((one) => `${one.severity} of ${one.session_ids.join(', ')}`)
  const [first] = judged
  if (first !== undefined && others.length > 0)
    first.wrong.push(`incidents of nobody's play: ${strangers.join('; ')}`)
  return judged
}

function judgeOne(
  { scenario, twin, stage, failure }: LayeredPlayed,
  incidents: readonly Incident[],
  records: readonly TimedRecord[],
): Judged {
  const names = stage.incidentNames()
  const own = incidents.filter(({ session_ids }) => session_ids.some((id) => names.includes(id)))
  const wrong = failure === undefined ? [] : [`it could not be played: ${failure}`]
  const expected = twin === undefined ? wordsOf(scenario.becomes) : 'none'
  const alerts = alertsById(records)
  const found = own.map((one) => wordsOf(factsOf(one, alerts))).join('; ') || 'none'
  if (twin !== undefined) {
    const rules = own.flatMap((one) => rulesOf(one, alerts))
    if (own.length > 0) wrong.push(`fired: ${rules.join(', ')}`)
  } else {
    if (found !== expected) wrong.push(`${found} and not ${expected}`)
    const fired = own.flatMap((one) => rulesOf(one, alerts))
    for (const rule of scenario.becomes.rules)
      if (!fired.includes(rule)) wrong.push(`${rule} has no part in it, but ${fired.join(', ')}`)
    wrong.push(...(scenario.alsoHolds?.(records, stage) ?? []))
  }
  const kind = twin === undefined ? 'attack' : 'twin'
  const { name, title } = scenario
  return { scenario: name, title, kind, twin, expected, found, wrong }
}

type Becomes = Pick<LayeredScenario['becomes'], 'severity' | 'of' | 'layers' | 'bases'>

function wordsOf({ severity, of, layers, bases }: Becomes): string {
  const by = bases.length === 0 ? '' : `, joined by ${bases.join(' and ')}`
  return `${severity} of the ${of}: ${layers.join(' and ')}${by}`
}

/**
 * What an incident is, in the words of what it should be. An alert of an address that is in a
 * session's incident with no basis has the basis `none`, which no scenario expects.
 */
function factsOf(incident: Incident, alerts: ReadonlyMap<string, Alert>): Becomes {
  const { severity, session_ids, alert_ids, layers, attribution_bases } = incident
  const foreign = alert_ids.filter(
    (id) => !session_ids.includes(alerts.get(id)?.session_id ?? 'unknown'),
  )
  const bases = [...new Set(foreign.map((id) => attribution_bases[id] ?? 'none'))].sort()
  const of = session_ids.some((id) => id.startsWith('server:')) ? 'server' : 'session'
  return { severity, of, layers: layers as Becomes['layers'], bases }
}

function rulesOf({ alert_ids }: Incident, alerts: ReadonlyMap<string, Alert>): string[] {
  const names = alert_ids.map((id) => alerts.get(id)?.rule_name ?? id)
  return [...new Set(names)].sort()
}

function alertsById(records: readonly TimedRecord[]): ReadonlyMap<string, Alert> {
  return new Map(
    records.flatMap((one) => (one.topic === 'alerts.v1' ? [[one.value.alert_id, one.value]] : [])),
  )
}

function newestIncidents(records: readonly TimedRecord[]): Incident[] {
  const newest = new Map<string, Incident>()
  for (const one of records) {
    if (one.topic !== 'incidents.v1') continue
    const known = newest.get(one.value.incident_id)
    if (known === undefined || known.revision < one.value.revision)
      newest.set(one.value.incident_id, one.value)
  }
  return [...newest.values()]
}
