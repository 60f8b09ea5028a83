import { harmlessJson } from '#domain/harmless-json.ts'
import { canonicalJson } from '#domain/json-form.ts'
import { actionWords, type ActionRow } from './case-view.ts'

/** Who takes a bundle, when and why. */
type Taking = { exported_at: string; exported_by: string; why: string }

/**
 * Who did what to the evidence and the case, when and why: one JSON object a line, the taking of
 * the bundle as the last. Characters that nobody sees stand as `\uXXXX`, so that the file can be
 * shown as it is and reads back the same.
 */
export function custodyLog(actions: readonly ActionRow[], taking: Taking): string {
  const lines = actions.map((action) => ({
    when: action.occurred_at,
    who: action.requested_by,
    what: custodyWords(action),
    why: action.reason,
    action_id: action.action_id,
  }))
  const { exported_at: when, exported_by: who, why } = taking
  const all = [...lines, { when, who, what: 'evidence exported', why, action_id: null }]
  return all.map((one) => `${harmlessJson(canonicalJson(one))}\n`).join('')
}

function custodyWords(action: ActionRow): string {
  if (action.kind === 'view') return `looked at: ${action.target}`
  return `${action.decision === '' ? actionWords(action) : action.decision} ${action.phase}`
}
