import { chooserOf } from './choose.ts'
import type { Family } from './fill.ts'
import { intentOf, type Intent } from './intent.ts'

/** Calls of every kind, their values without a word of any language. */
export const CALLS: readonly { tool: string; arguments: Record<string, unknown> }[] = [
  { tool: 'send_money', arguments: { recipient: 'v0v', amount: 770, subject: 'v1v' } },
  { tool: 'update_scheduled_transaction', arguments: { recipient: 'v0v', amount: 770 } },
  { tool: 'update_password', arguments: { password: 'v0v' } },
  { tool: 'send_email', arguments: { recipients: ['v0v'], subject: 'v1v', body: 'v2v' } },
  { tool: 'send_direct_message', arguments: { recipient: 'v0v', body: 'unsaid' } },
  { tool: 'create_event', arguments: { title: 'v1v', start_time: 'v2v', participants: ['v0v'] } },
  { tool: 'invite_user', arguments: { user: 'v0v', user_email: 'v1v', channel: 'v2v' } },
  { tool: 'remove_user', arguments: { user: 'v0v' } },
  { tool: 'delete_file', arguments: { file_id: 'v0v' } },
  { tool: 'append_to_file', arguments: { file_id: 'v0v', content: 'unsaid' } },
  { tool: 'open_webpage', arguments: { url: 'v0v' } },
  { tool: 'post_webpage', arguments: { url: 'v0v', content: 'unsaid' } },
  { tool: 'reserve_hotel', arguments: { hotel: 'v0v', start_day: 'v1v', end_day: 'v2v' } },
  { tool: 'search_things', arguments: { query: 'v0v' } },
  { tool: 'update_user_info', arguments: { street: 'v0v' } },
  { tool: 'start_engine', arguments: { item: 'v0v' } },
]
const REQUEST = 'v0v v1v v2v 770'

/** Each of the calls alone, and with another one behind it. */
export const INTENTS: readonly Intent[] = CALLS.flatMap((call, index): Intent[] => {
  const next = CALLS[(index + 5) % CALLS.length] ?? call
  return [intentOf([call], REQUEST), intentOf([call, next], REQUEST)].flatMap((one) => one ?? [])
})

/** What the families write of every intent, each with so many seeds. */
export function renderedTexts(families: readonly Family[], seedCount: number): string[] {
  return families.flatMap((family) =>
    INTENTS.flatMap((intent) =>
      Array.from({ length: seedCount }, (_, seed) =>
        family.write(intent, chooserOf(family.name, String(seed))).join('\n'),
      ),
    ),
  )
}
