import { expect, test } from 'vitest'

import { commandAdapter } from '../../../services/respond/actions/command.ts'
import { anAction, calm } from './an-action.ts'

const action = anAction({
  kind: 'command',
  parameters: { target: 'it' },
  scope: 'agent:$(id);`id`',
})

const running = (script: string, differs: object = {}) =>
  commandAdapter({
    it: {
      program: process.execPath,
      args: ['-e', script],
      timeout_s: 60,
      undo_args: undefined,
      ...differs,
    },
  })

test('exit code 0 is success', async () => {
  expect(await running('process.exit(0)').apply(action, calm)).toBe('exit code 0')
})

test('the action comes on standard input, and no part of it among the arguments', async () => {
  const script = `
    let text = ''
    process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
      const { scope, action_id } = JSON.parse(text)
      const isWhole = scope === 'agent:$(id);\`id\`' && action_id === process.env.TOCSIN_ACTION_ID
      process.exit(isWhole && process.argv.length === 1 ? 0 : 3)
    })`
  expect(await running(script).apply(action, calm)).toBe('exit code 0')
})

test('the environment of Tocsin, with its secrets, is not handed on', async () => {
  process.env['TOCSIN_TEST_SECRET'] = 'a secret'
  const script = 'process.exit(process.env.TOCSIN_TEST_SECRET === undefined ? 0 : 3)'
  expect(await running(script).apply(action, calm)).toBe('exit code 0')
})

test('shell characters in the arguments mean nothing', async () => {
  const adapter = commandAdapter({
    it: {
      program: process.execPath,
      args: [
        '-e',
        'process.exit(process.argv[1] === "$(exit 9); exit 9" ? 0 : 3)',
        '$(exit 9); exit 9',
      ],
      undo_args: undefined,
      timeout_s: 60,
    },
  })
  expect(await adapter.apply(action, calm)).toBe('exit code 0')
})

test.for([
  { why: 'another exit code', script: 'process.exit(7)', differs: {}, says: 'exit code 7' },
  {
    why: 'it hangs',
    script: 'setInterval(() => {}, 1000)',
    differs: { timeout_s: 1 },
    says: 'took too long',
  },
  {
    why: 'it prints without end',
    script: 'setInterval(() => process.stdout.write("x".repeat(65536)), 1)',
    differs: {},
    says: 'printed more than',
  },
  {
    why: 'there is no such program',
    script: '',
    differs: { program: '/no/such' },
    says: 'started',
  },
])('$why: it fails', async ({ script, differs, says }) => {
  await expect(running(script, differs).apply(action, calm)).rejects.toThrow(says)
})

test('without a way back there is none', async () => {
  await expect(running('').undo(action, calm)).rejects.toThrow('no way back')
})
