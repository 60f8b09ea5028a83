import { expect, test } from 'vitest'

import { McpCaller } from '../../services/cli/live-demo/mcp-caller.ts'

test('a server of the demo that ends before it answers is told with its last words', async () => {
  const dying = "console.error('no room on the disk'); process.exit(1)"
  const caller = new McpCaller(['--eval', dying], process.env)
  await expect(caller.connect('demo')).rejects.toThrow(
    'A server of the demo does not answer initialize: it ended with "no room on the disk"',
  )
})
