import { createTransport } from 'nodemailer'

import type { Action } from '#domain/records/index.ts'
import { renderNotice, type Notice } from '../notice.ts'
import { ActionFailure, type Adapter } from './adapter.ts'
import { attempt } from './attempts.ts'
import type { Destinations } from './destinations.ts'
import { postOnce } from './http-request.ts'
import { webhookHeaders } from '#domain/webhook-signature.ts'

const TIMEOUT_MS = 10_000

type Route = Destinations['notify'][string][number]

export type NotifyWorld = {
  /** The text of a template by name; undefined where there is none. */
  template: (name: string) => string | undefined
  nowMs: () => number
  random: () => number
  firstDelayMs?: number
}

/** Tells people: by mail, by a Slack-compatible webhook, by a signed webhook. */
export function notifyAdapter(notify: Destinations['notify'], world: NotifyWorld): Adapter {
  const routesOf = (action: Action): readonly Route[] => {
    const routes = notify[action.parameters['to'] ?? ''] ?? []
    if (routes.length === 0) throw new ActionFailure('nobody is configured to be told', false)
    return routes
  }
  const noticeOf = (action: Action): Notice => {
    const template = world.template(action.parameters['template'] ?? '')
    if (template === undefined) throw new ActionFailure('there is no such template', false)
    return renderNotice(template, action)
  }
  return {
    plan: (action) => noticeOf(action).markdown,
    apply: async (action, signal) => {
      const routes = routesOf(action)
      const notice = noticeOf(action)
      for (const route of routes)
        await attempt(() => send(route, action, notice, world, signal), { ...world, signal })
      return `told by ${routes.map((route) => route.kind).join(', ')}`
    },
    prove: () => Promise.resolve({ phase: 'proven', detail: 'every recipient was accepted' }),
    undo: () => Promise.reject(new ActionFailure('what was said cannot be unsaid', false)),
  }
}

function send(
  route: Route,
  action: Action,
  notice: Notice,
  world: NotifyWorld,
  signal: AbortSignal,
): Promise<unknown> {
  if (route.kind === 'smtp') return sendMail(route, action, notice)
  const headers = { 'content-type': 'application/json' }
  if (route.kind === 'slack') {
    const body = JSON.stringify({ text: `*${notice.subject}*\n${notice.markdown}`, mrkdwn: true })
    return postOnce({ url: route.url, headers, body, timeoutMs: TIMEOUT_MS, signal })
  }
  const { subject, markdown } = notice
  const { action_id, incident_id, tenant_id } = action
  const data = { action_id, incident_id, tenant_id, subject, markdown }
  const body = JSON.stringify({ type: 'tocsin.notice', data })
  const timestampS = Math.floor(world.nowMs() / 1000)
  const signed = webhookHeaders(action_id, timestampS, body, route.secret)
  const timeoutMs = route.timeout_s * 1000
  return postOnce({ url: route.url, headers: { ...headers, ...signed }, body, timeoutMs, signal })
}

async function sendMail(
  route: Route & { kind: 'smtp' },
  action: Action,
  notice: Notice,
): Promise<void> {
  const { url, user, password, from, to } = route
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
  })
  const { subject, markdown: text, html } = notice
  const messageId = `<${action.action_id}@tocsin.invalid>`
  try {
    await transport.sendMail({ from, to, subject, text, html, messageId })
  } catch (error) {
    const { responseCode } = error as { responseCode?: number }
    const isPassing = responseCode === undefined || responseCode < 500
    const said = responseCode === undefined ? 'no answer' : `answered ${responseCode}`
    throw new ActionFailure(`mail: ${said}`, isPassing)
  } finally {
    transport.close()
  }
}
