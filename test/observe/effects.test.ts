import { expect, test } from 'vitest'

import { isRequested, toolNature } from '../../services/observe/effects.ts'
import { emptyRequest, hearRequest } from '../../services/observe/request.ts'

/** Effects that a request may have meant, as bits. */
const meant = (text: string): number => {
  const request = emptyRequest()
  hearRequest(request, text, 0, (hash) => hash)
  return request.effects | request.named
}

test.for([
  { tool: 'get_balance', effect: 'read' },
  { tool: 'listInvoices', effect: 'read' },
  { tool: 'mail.send-message', effect: 'send' },
  { tool: 'send_money', effect: 'pay' },
  { tool: 'schedule_transaction', effect: 'pay' },
  { tool: 'send_money_to_user', effect: 'pay' },
  { tool: 'send_message_to_user', effect: 'send' },
  { tool: 'create_calendar_event', effect: 'write' },
  { tool: 'drop_table', effect: 'delete' },
  { tool: 'delete_user', effect: 'delete' },
  { tool: 'add_user_to_team', effect: 'grant' },
  { tool: 'update_password', effect: 'grant' },
  { tool: 'invite_member', effect: 'grant' },
  { tool: 'run_script', effect: 'execute' },
  { tool: 'include_member_in_group', effect: 'grant' },
  { tool: 'new_appointment', effect: 'write' },
  { tool: 'member_card', effect: 'read' },
  { tool: 'patients.record', effect: 'read' },
  { tool: 'assign_ticket', effect: 'write' },
  { tool: 'assign_role', effect: 'grant' },
  { tool: 'sell_shares', effect: 'pay' },
  { tool: 'get_user_permissions', effect: 'read' },
  { tool: 'update_user_info', effect: 'write' },
  { tool: 'update_user_role', effect: 'grant' },
  { tool: 'page.retrieve', effect: 'read' },
  { tool: 'order.cancel', effect: 'delete' },
  { tool: 'report/create', effect: 'write' },
  { tool: 'compose_letter', effect: 'send' },
  { tool: 'plan_transfer', effect: 'pay' },
  { tool: 'onboardPerson', effect: 'grant' },
  { tool: 'frobnicate', effect: 'unknown' },
  { tool: '', effect: 'unknown' },
])('$tool does $effect', ({ tool, effect }) => {
  expect(toolNature(tool, null).effect).toBe(effect)
})

test.for([
  { why: 'a hint fills a gap', tool: 'frob', hints: { readOnlyHint: 'true' }, effect: 'read' },
  {
    why: 'no hint against the name',
    tool: 'wipe_disk',
    hints: { readOnlyHint: 'true' },
    effect: 'delete',
  },
  {
    why: 'destroys by its word',
    tool: 'frob',
    hints: { destructiveHint: 'true' },
    effect: 'delete',
  },
  { why: 'changes by its word', tool: 'frob', hints: { readOnlyHint: 'false' }, effect: 'write' },
])('annotations: $why', ({ tool, hints, effect }) => {
  expect(toolNature(tool, hints).effect).toBe(effect)
})

test.for([
  { tool: 'delete_file', destructive: true, persistent: false },
  { tool: 'invite_member', destructive: false, persistent: true },
  { tool: 'create_api_token', destructive: false, persistent: true },
  { tool: 'create_document', destructive: false, persistent: false },
  { tool: 'list_webhooks', destructive: false, persistent: false },
])('$tool: destructive $destructive, persistent $persistent', ({ tool, ...nature }) => {
  expect(toolNature(tool, null)).toMatchObject(nature)
})

test.for([
  {
    why: 'asked in so many words',
    request: 'Send the report to Ann.',
    effect: 'send',
    asked: true,
  },
  {
    why: 'a mail as a thing is not an order',
    request: 'Read my last email.',
    effect: 'send',
    asked: false,
  },
  { why: 'paying is sending money', request: 'Send 50 euros to Bob.', effect: 'pay', asked: true },
  { why: 'a noun names it', request: 'Look after the refund.', effect: 'pay', asked: true },
  {
    why: 'nobody asked to delete',
    request: 'What is in the file?',
    effect: 'delete',
    asked: false,
  },
  { why: 'reading is what all need', request: 'Send the report.', effect: 'read', asked: true },
  {
    why: 'doing it is asked for',
    request: 'I would like you deleting it.',
    effect: 'delete',
    asked: true,
  },
] as const)('requested: $why', ({ request, effect, asked }) => {
  expect(isRequested(effect, meant(request))).toBe(asked)
})

test('nobody can tell whether an unknown effect was asked for', () => {
  expect(isRequested('unknown', meant('Send it.'))).toBeNull()
})
