import { expect, test } from 'vitest'

import { gathered } from '#runtime/gathered.ts'

function aWork() {
  const calls: { items: readonly string[]; done: PromiseWithResolvers<void> }[] = []
  const call = gathered<string>((items) => {
    const done = Promise.withResolvers<void>()
    calls.push({ items, done })
    return done.promise
  })
  return { calls, call }
}

test('what arrives while a call is in flight goes together into the next', async () => {
  const { calls, call } = aWork()
  const answers = [call(['a']), call(['b', 'c']), call(['d'])]
  expect(calls.map(({ items }) => items)).toEqual([['a']])
  calls[0]?.done.resolve()
  await answers[0]
  expect(calls.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd']])
  calls[1]?.done.resolve()
  await Promise.all(answers)
})

test('a call that fails fails those whose items it had, and no others', async () => {
  const { calls, call } = aWork()
  const first = call(['a'])
  const second = call(['b'])
  calls[0]?.done.reject(new Error('away'))
  await expect(first).rejects.toThrow('away')
  calls[1]?.done.resolve()
  await expect(second).resolves.toBeUndefined()
})
