import { canonicalJson } from '#domain/json-form.ts'
import type { Action } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import { ActionFailure, type Adapter } from './adapter.ts'
import { attempt } from './attempts.ts'
import type { Destinations } from './destinations.ts'
import { postOnce } from './http-request.ts'
import { webhookHeaders } from '#domain/webhook-signature.ts'

/** Signed calls to an orchestrator, which knows an action again by its `webhook-id`. */
export function webhookAdapter(
  webhooks: Destinations['webhooks'],
  world: { nowMs: () => number; random: () => number; firstDelayMs?: number },
): Adapter {
  const hookOf = (action: Action): Destinations['webhooks'][string] => {
    const hook = webhooks[action.parameters['target'] ?? '']
    if (hook === undefined) throw new ActionFailure('no such webhook is configured', false)
    return hook
  }
  const send = async (action: Action, operation: string, signal: AbortSignal): Promise<string> => {
    const { url, secret, timeout_s: timeoutS } = hookOf(action)
    const body = webhookBody(action, operation)
    await attempt(
      () => {
        const timestampS = Math.floor(world.nowMs() / 1000)
        const id = `${action.action_id}.${operation}`
        const signed = webhookHeaders(id, timestampS, body, secret)
        const headers = { 'content-type': 'application/json', ...signed }
        return postOnce({ url, headers, body, timeoutMs: timeoutS * 1000, signal })
      },
      { ...world, signal },
    )
    return `${operation}: accepted`
  }
  return {
    plan: (action) => `POST ${new URL(hookOf(action).url).host}: ${webhookBody(action, 'apply')}`,
    apply: (action, signal) => send(action, 'apply', signal),
    // To accept is not to have done: the receiver says what came of it at `POST /v1/outcomes`.
    prove: () => Promise.resolve(undefined),
    undo: (action, signal) => send(action, 'undo', signal),
  }
}

function webhookBody(action: Action, operation: string): string {
  const { action_id, incident_id, tenant_id, kind, scope, reason, parameters } = action
  const data = { operation, action_id, incident_id, tenant_id, kind, scope, reason, parameters }
  const timestamp = formatTime(action.occurred_at)
  return canonicalJson({ type: 'tocsin.action', timestamp, data })
}
