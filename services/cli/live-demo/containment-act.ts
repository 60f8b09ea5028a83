import colors from 'picocolors'

import { listIncidents } from '../incident.ts'
import type { IncidentRow } from '../incident-view.ts'
import { actionWords, latest, type ActionRow } from '../response/case-view.ts'
import { readCase } from '../response/read-case.ts'
import { paintSeverity, renderTable, safeText } from '../terminal.ts'
import { eventually, oneValue } from './live-pipeline.ts'
import { WAITS_MAX_MS, type Play } from './play.ts'

const CONTAINED_MS = `SELECT toString(round((
    minIf(toUnixTimestamp64Micro(occurred_at), decision = 'restriction_in_force')
    - minIf(toUnixTimestamp64Micro(occurred_at), action = 'tool_call' AND tool_name = 'send_mail')
  ) / 1000)) AS value
  FROM events_application WHERE server_id = 'mail'`

/** Waits until telemetry has proven every restriction, and shows what they came to. */
export async function containment({ evidence, outside, say }: Play): Promise<IncidentRow> {
  const tookMs = await eventually('the tap to say it obeys', WAITS_MAX_MS, async () => {
    const value = Number(await oneValue(evidence, CONTAINED_MS))
    return value > 0 && value < WAITS_MAX_MS ? value : undefined
  })
  say(`\nThe mail tap obeyed ${tookMs} ms after the first mail had entered it, by its own clock.`)
  say('What is restricted counts once taps acknowledge it and nothing passes any more…')
  const { incident, actions } = await eventually('proof', WAITS_MAX_MS, async () => {
    const [found] = await listIncidents(evidence, '1')
    if (found === undefined) return undefined
    const { actions: all } = await readCase(evidence, found)
    const restricting = mustBeProven(all)
    const isProven = restricting.every(({ phase }) => phase === 'proven')
    return isProven && restricting.length > 0
      ? { incident: found, actions: restricting }
      : undefined
  })
  const { title, severity, severity_reasons: reasons } = incident
  say(`\n${colors.bold('The incident')}  ${paintSeverity(severity)}  ${safeText(title)}`)
  for (const reason of reasons) say(`- ${safeText(reason)}`)
  say(`\n${colors.bold('Proven by telemetry')}`)
  const rows = actions.map((one) => [one.phase, actionWords(one), one.reason ?? ''])
  say(renderTable(['phase', 'what', 'why'], rows).replace(/ +$/gm, ''))
  say(`Told: ${outside.told().join(', ') || 'nobody'}.`)
  return incident
}

/** What restricts and revokes, as far as nothing stronger has taken its place. */
function mustBeProven(actions: readonly ActionRow[]): ActionRow[] {
  const kinds = new Set(['enforcement', 'oauth-revocation'])
  return latest(actions).filter(({ kind, phase }) => kinds.has(kind) && phase !== 'undone')
}
