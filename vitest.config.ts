import { defineConfig } from 'vitest/config'

/**
 * One project: everything `npm test` runs. Long soaks raise their own sizes when TOCSIN_SOAK is
 * set.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: 'test/support/servers/global-setup.ts',
    pool: 'forks',
    maxWorkers: 2,
  },
})
