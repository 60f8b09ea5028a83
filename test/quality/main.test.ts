import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { ROOT } from '../support/checkout.ts'

test.for([
  { why: 'an unknown row', given: ['--rows', 'valid,other'] },
  { why: 'an unknown option', given: ['--row', 'valid'] },
])('bad usage ends with 2: $why', ({ given }) => {
  const { status, stderr } = command(given, {})
  expect(stderr).toMatch(/^usage: main\.ts \[--rows sample,/)
  expect(status).toBe(2)
})

test('rows whose data are absent are named, and end with 1', () => {
  const { status, stderr } = command(['--rows', 'valid'], { TOCSIN_SHARED_DIR: 'no-such-place' })
  expect(stderr).toMatch(/^no data, so not scored: valid$/m)
  expect(status).toBe(1)
})

function command(
  given: readonly string[],
  environment: NodeJS.ProcessEnv,
): { status: number | null; stderr: string } {
  const main = join(ROOT, 'test/quality/main.ts')
  const env = { ...process.env, ...environment }
  return spawnSync(process.execPath, [main, ...given], { encoding: 'utf8', cwd: ROOT, env })
}
