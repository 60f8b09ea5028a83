import { webhookRefusal } from '#domain/webhook-signature.ts'
import { SECRETS } from '../example-sinks.ts'
import { anHttpReceiver, type Reply } from './http-receiver.ts'
import type { StartReceiver } from './receiver.ts'

/** A receiver of Standard Webhooks: what is not signed with the secret does not count. */
export const startWebhook: StartReceiver = async (troubles) => {
  const taken: string[] = []
  const complaints: string[] = []
  const keys = new Set<string>()
  const http = await anHttpReceiver(troubles, ({ headers, body }): Reply => {
    const signed = headers as Record<string, string>
    const refusal = webhookRefusal(signed, body, SECRETS.TOCSIN_WEBHOOK_SECRET, Date.now() / 1000)
    if (refusal !== undefined) return { status: 401, json: { refusal } }
    const { type, data } = JSON.parse(body) as { type: string; data: { metadata: { uid: string } } }
    if (type !== 'tocsin.finding' || data.metadata.uid !== signed['webhook-id'])
      complaints.push('unlabelled')
    taken.push(data.metadata.uid)
    keys.add(signed['webhook-id'] ?? '')
    return { status: 200, json: {} }
  })
  return {
    settings: { url: http.url },
    taken,
    keys,
    complaints,
    cameAtMs: http.cameAtMs,
    close: http.close,
  }
}
