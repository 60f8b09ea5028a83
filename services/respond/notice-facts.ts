import type { CaseWork } from './case-work.ts'
import type { Step } from './playbook.ts'

const NAMES_MAX_COUNT = 10

/**
 * What a notice says, as it stood when it was asked for. Names come out of events: whoever renders
 * them makes them harmless.
 */
export function noticeParameters(
  { state }: CaseWork,
  step: Pick<Step, 'to' | 'template'>,
): Record<string, string> {
  const { facts } = state
  return {
    to: step.to ?? 'queue',
    template: step.template ?? 'engineering',
    severity: state.severity,
    title: facts.title,
    reasons: list(facts.severity_reasons),
    opened_at_us: String(facts.opened_at),
    sessions: list(facts.session_ids),
    agents: list(facts.agent_ids),
    users: list(facts.user_ids),
    servers: list(facts.server_ids),
    destinations: list(facts.destinations),
    data: list(facts.data_touched.map(({ object, rows }) => `${object} (${rows} rows)`)),
    alerts: String(facts.alertCount),
  }
}

function list(values: readonly string[]): string {
  const shown = values.slice(0, NAMES_MAX_COUNT)
  const more = values.length > shown.length ? [`and ${values.length - shown.length} more`] : []
  return JSON.stringify([...shown, ...more])
}
