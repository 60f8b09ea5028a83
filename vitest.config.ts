import { defineConfig } from 'vitest/config'

/**
 * One project: everything `npm test` runs. Long soaks raise their own sizes when TOCSIN_SOAK is
 * set. The bounds are for a machine that is busy with other things: what hangs is found all the
 * same, only later.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
  },
})
