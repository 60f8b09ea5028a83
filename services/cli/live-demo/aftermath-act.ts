import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import colors from 'picocolors'

import { readIncident } from '../incident.ts'
import type { IncidentRow } from '../incident-view.ts'
import { renderCase } from '../response/case-view.ts'
import { readCase } from '../response/read-case.ts'
import { eventually } from './live-pipeline.ts'
import { heading, runCommand, WAITS_MAX_MS, type Play } from './play.ts'
import { CREDENTIAL, type Role } from './stage-set.ts'

/** What people do, each step by the command they would type. */
export async function aftermath(play: Play, incident: IncidentRow): Promise<void> {
  const { set, directory, evidence, say, callers } = play
  const id = incident.incident_id.slice(0, 12)
  const [vector = ''] = (await readIncident(evidence, id)).incident.injection_event_ids
  const bundle = join(directory, 'evidence.tar')
  const signing = set.settings['TOCSIN_SIGNING_KEY'] ?? ''
  const run = (role: Role, args: string[], why: string): Promise<void> =>
    runCommand(play, role, [...args, '--reason', why])
  say(heading('What people do then. Roles and keys are the demo’s own; hours pass in seconds'))
  await run(
    'analyst',
    ['evidence', 'export', id, '--out', bundle, '--signing-key', signing],
    'case',
  )
  await runCommand(play, undefined, ['evidence', 'verify', bundle, '--key', signing])
  const quarantine = ['incident', 'mitigate', id, '--content-of', vector, '--ttl', '86400']
  await run('analyst', quarantine, 'the letter comes in nowhere any more')
  const rotate = ['incident', 'rotate', id, CREDENTIAL, '--proof', 'the old password is refused']
  await run('analyst', rotate, 'it was in the attacker’s reach')
  const [waiting = ''] = (await readCase(evidence, incident)).found?.awaiting ?? []
  const deny = ['incident', 'deny', id, waiting.slice(0, 12)]
  await run('legal', deny, 'the data is the demo’s own: nobody is affected')
  await run('commander', ['incident', 'release', id], 'the source is quarantined')
  await stageIs(play, incident, 'restricted')
  // Reading a file that a text speaks of would be related, and put the case back into containment.
  const read = await callers.files.call('list_allowed_directories', {})
  const mail = { to: 'anna@harbour.example', subject: 'Hello', body: 'Hello' }
  const sent = await callers.mail.call('send_mail', mail)
  say(`The agent may read again: ${verdictOf(read)}. It may not send: ${verdictOf(sent)}.`)
  // The stage `normal` asks nobody, and its quiet second is over with the next.
  for (const stage of ['limited', 'cooldown']) {
    await run('commander', ['incident', 'release', id], 'quiet so far')
    await stageIs(play, incident, stage)
  }
  await run('commander', ['incident', 'close', id], 'nothing more has come')
  const later = await callers.mail.call('send_mail', mail)
  const letter = await callers.files.call('read_text_file', { path: set.letter })
  say(`The agent may send again: ${verdictOf(later)}. The letter itself: ${verdictOf(letter)}.`)
  const out = join(directory, 'review')
  await runCommand(play, 'commander', ['incident', 'review', id, '--out', out])
  await showEnd(play, incident, join(out, `review-${id}.md`))
}

function verdictOf({ isRefused }: { isRefused: boolean }): string {
  return isRefused ? colors.yellow('refused') : colors.green('done')
}

/** Waits for a stage of recovery; event time is a few seconds behind the clock. */
async function stageIs(
  { evidence, say }: Play,
  incident: IncidentRow,
  stage: string,
): Promise<void> {
  await eventually(`the stage ${stage}`, WAITS_MAX_MS, async () => {
    const { found } = await readCase(evidence, incident)
    return found?.stage === stage ? found : undefined
  })
  say(`The case is in stage ${colors.bold(stage)}.`)
}

async function showEnd(
  { evidence, say }: Play,
  incident: IncidentRow,
  reviewPath: string,
): Promise<void> {
  const { found, actions } = await eventually('the closed case', WAITS_MAX_MS, async () => {
    const response = await readCase(evidence, incident)
    return response.found?.status === 'closed' ? response : undefined
  })
  say(heading('How the case ended'))
  say(renderCase(found, actions))
  say(heading('Its review, written from evidence alone'))
  say(readFileSync(reviewPath, 'utf8').trim())
}
