import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { notifyAdapter } from '../../../services/respond/actions/notify.ts'
import { webhookRefusal } from '#domain/webhook-signature.ts'
import { readAdaptersOf } from '../../../services/respond/main.ts'
import { anAction, calm } from './an-action.ts'

const SECRET = `whsec_${Buffer.from('a secret of this test alone').toString('base64')}`
const action = anAction({
  parameters: {
    to: 'commander',
    template: 'commander',
    severity: 'critical',
    title: 'A message to an outside address',
    agents: '["assistant"]',
  },
})
const world = {
  template: (name: string) => (name === 'commander' ? '**{{severity}}** {{title}}' : undefined),
  nowMs: () => 1_767_600_000_000,
  random: () => 0,
  firstDelayMs: 1,
}

let mails: { to: string[]; text: string }[] = []
let refusals = 0
let posts: { headers: Record<string, string>; body: string }[] = []
let smtp: SMTPServer
let http: Server
let smtpPort = 0
let url = ''

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      let text = ''
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
      stream.on('end', () => {
        if (refusals-- > 0) return done(Object.assign(new Error('busy'), { responseCode: 451 }))
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  smtpPort = (smtp.server.address() as AddressInfo).port
  http = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      posts.push({ headers: request.headers as Record<string, string>, body })
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`
})
beforeEach(() => {
  mails = []
  posts = []
  refusals = 0
})
afterAll(async () => {
  http.close()
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
})

const mail = () => ({
  kind: 'smtp' as const,
  url: `smtp://127.0.0.1:${smtpPort}`,
  user: undefined,
  password: undefined,
  from: 'tocsin@example.org',
  to: ['lead@example.org', 'deputy@example.org'],
})

test('a mail reaches everybody it should, from a real server', async () => {
  const adapter = notifyAdapter({ commander: [mail()] }, world)
  expect(await adapter.apply(action, calm)).toBe('told by smtp')
  expect(mails).toHaveLength(1)
  expect(mails[0]?.to).toEqual(['lead@example.org', 'deputy@example.org'])
  expect(mails[0]?.text).toContain('Subject: Tocsin: critical incident incident-1')
  expect(mails[0]?.text).toContain('Message-ID: <action-1@tocsin.invalid>')
})

test('a server that is busy is asked again', async () => {
  refusals = 2
  await notifyAdapter({ commander: [mail()] }, world).apply(action, calm)
  expect(mails).toHaveLength(1)
})

test('a server that never takes it fails the action', async () => {
  refusals = 99
  const adapter = notifyAdapter({ commander: [mail()] }, world)
  await expect(adapter.apply(action, calm)).rejects.toThrow('answered 451')
})

test('Slack and a signed webhook are told too', async () => {
  const adapter = notifyAdapter(
    {
      commander: [
        { kind: 'slack', url },
        { kind: 'webhook', url, secret: SECRET, timeout_s: 60 },
      ],
    },
    world,
  )
  expect(await adapter.apply(action, calm)).toBe('told by slack, webhook')
  const [slack, hook] = posts
  expect(JSON.parse(slack?.body ?? '')).toMatchObject({ mrkdwn: true })
  const refusal = webhookRefusal(hook?.headers ?? {}, hook?.body ?? '', SECRET, 1_767_600_000)
  expect(refusal).toBeUndefined()
})

test('where nobody is to be told, that is a failure and not silence', async () => {
  const adapter = notifyAdapter({}, world)
  await expect(adapter.apply(action, calm)).rejects.toThrow('nobody is configured')
})

test.for(['commander', 'engineering', 'legal', 'affected-users'])(
  'the bundled template %s has every place filled',
  (template) => {
    const adapters = readAdaptersOf({})
    const text = adapters
      .get('notify')
      ?.plan({ ...action, parameters: { ...action.parameters, template } })
    expect(text).toContain('incident-1')
    expect(text).not.toMatch(/\{\{|undefined/)
  },
)
