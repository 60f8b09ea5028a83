import { expect, test } from 'vitest'

import { Fault } from '#domain/fault.ts'
import { readSettings } from '#runtime/config.ts'
import { retry } from '#runtime/retry.ts'

const context = (signal = new AbortController().signal) => {
  const codes: string[] = []
  return { codes, signal, random: () => 0, onRetry: (fault: Fault) => void codes.push(fault.code) }
}
const failing = (times: number, error: Error) => {
  let count = 0
  return () => (count++ < times ? Promise.reject(error) : Promise.resolve(count))
}

test('what may pass is tried again until it does', async () => {
  const hears = context()
  expect(await retry(failing(3, new Fault('LOG_UNAVAILABLE', 'away')), hears)).toBe(4)
  expect(hears.codes).toEqual(['LOG_UNAVAILABLE', 'LOG_UNAVAILABLE', 'LOG_UNAVAILABLE'])
})

test.for([
  { why: 'a fault that waiting does not mend', error: new Fault('LOG_LOCKED', 'taken') },
  { why: 'a bug', error: new TypeError('ours') },
])('$why is thrown at once', async ({ error }) => {
  const hears = context()
  await expect(retry(failing(1, error), hears)).rejects.toBe(error)
  expect(hears.codes).toEqual([])
})

test('after the signal nothing is tried again', async () => {
  const controller = new AbortController()
  controller.abort()
  const error = new Fault('LOG_UNAVAILABLE', 'away')
  await expect(retry(failing(1, error), context(controller.signal))).rejects.toBe(error)
})

test.for([
  { why: 'horizon and a minute just fit', horizon: '539', answer: 'ok' },
  { why: 'horizon and a minute are the epoch', horizon: '540', answer: 'BAD_SETTINGS' },
])('settings: $why', ({ horizon, answer }) => {
  expect(answerOf({ TOCSIN_HORIZON_S: horizon, TOCSIN_EPOCH_S: '600' })).toBe(answer)
})

function answerOf(environment: Record<string, string>): string {
  try {
    readSettings(environment)
    return 'ok'
  } catch (error) {
    return error instanceof Fault ? error.code : 'no fault'
  }
}

test('one message names every bad setting', () => {
  const read = () => readSettings({ TOCSIN_PARTITIONS: 'many', TOCSIN_BATCH_MAX: '0' })
  expect(read).toThrow(/TOCSIN_PARTITIONS.*TOCSIN_BATCH_MAX/)
})
