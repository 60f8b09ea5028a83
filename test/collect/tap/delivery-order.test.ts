import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

import { expect, onTestFinished, test } from 'vitest'

import { DeliveryOrder } from '../../../services/collect/tap/delivery-order.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SECOND_US = 1_000_000

/** Taps of one directory on a clock that the test moves; it goes on by a step at each look. */
async function taps(names: readonly string[], stepUs = 0) {
  const directory = await temporaryDirectory()
  const clock = { us: SECOND_US }
  const nowUs = (): number => (clock.us += stepUs)
  const open = (name: string): DeliveryOrder => new DeliveryOrder(directory, name, nowUs)
  return { clock, directory, orders: names.map(open) }
}

const calm = new AbortController().signal

test('an answer is delivered before the call on another server that followed it', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  files?.noted(1)
  clock.us += 10
  mail?.noted(1)
  expect(await files?.turn(1, calm)).toBe(1)
  let isDelivered = false
  const waiting = mail?.turn(1, calm).then((seq) => {
    expect(isDelivered).toBe(true)
    return seq
  })
  isDelivered = true
  files?.confirmed(1)
  expect(await waiting).toBe(1)
})

test('an answer that passed before its event was written down is delivered first too', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  const isWrittenDown = files?.expecting()
  clock.us += 10
  mail?.noted(1)
  const waiting = mail?.turn(1, calm)
  clock.us += 10
  files?.noted(1)
  isWrittenDown?.()
  expect(await files?.turn(1, calm)).toBe(1)
  let isDelivered = false
  void waiting?.then(() => expect(isDelivered).toBe(true))
  isDelivered = true
  files?.confirmed(1)
  expect(await waiting).toBe(1)
})

test('an answer that hangs half way makes nothing older than it is', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  files?.expecting()
  clock.us += 3 * SECOND_US
  mail?.noted(1)
  clock.us += 10
  files?.noted(1)
  let isDelivered = false
  const waiting = files?.turn(1, calm).then(() => expect(isDelivered).toBe(true))
  expect(await mail?.turn(1, calm)).toBe(1)
  isDelivered = true
  mail?.confirmed(1)
  await waiting
})

test('a message that told nothing holds nobody up', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  files?.expecting()()
  clock.us += 10
  mail?.noted(1)
  expect(await mail?.turn(1, calm)).toBe(1)
})

test('what is older than anything another holds goes ahead of the rest', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  mail?.noted(1)
  mail?.noted(2)
  clock.us += 10
  files?.noted(1)
  clock.us += 10
  mail?.noted(3)
  expect(await mail?.turn(3, calm)).toBe(2)
  mail?.confirmed(2)
  expect(await files?.turn(1, calm)).toBe(1)
  files?.confirmed(1)
  expect(await mail?.turn(3, calm)).toBe(3)
})

test.for([
  { why: 'one that is killed is waited for no longer', passUs: 3 * SECOND_US, stepUs: 0 },
  { why: 'one that hangs is waited for a second', passUs: 10, stepUs: SECOND_US / 3 },
  { why: 'a clock that began anew holds nobody up', passUs: -SECOND_US, stepUs: 0 },
])('$why', async ({ passUs, stepUs }) => {
  const { clock, orders } = await taps(['files', 'mail'], stepUs)
  const [files, mail] = orders
  files?.noted(1)
  clock.us += passUs
  mail?.noted(1)
  expect(await mail?.turn(1, calm)).toBe(1)
})

test('a directory that was taken away holds nobody up', async () => {
  const { directory, orders } = await taps(['files'])
  const [files] = orders
  files?.noted(1)
  rmSync(directory, { recursive: true })
  expect(await files?.turn(1, calm)).toBe(1)
})

test('one that has ended holds nobody up', async () => {
  const { clock, orders } = await taps(['files', 'mail'])
  const [files, mail] = orders
  const isWrittenDown = files?.expecting()
  files?.noted(1)
  files?.close()
  isWrittenDown?.()
  clock.us += 10
  mail?.noted(1)
  expect(await mail?.turn(1, calm)).toBe(1)
})

const LOOKS_COUNT = 20_000

// An empty file reads as nothing held: a call went ahead of the answers it was made of.
test('whoever looks while another tap tells finds what it holds, never an empty file', async () => {
  const directory = await temporaryDirectory()
  const module = new URL('../../../services/collect/tap/delivery-order.ts', import.meta.url)
  const worker = new Worker(TELLS_ALL_THE_TIME, {
    eval: true,
    workerData: { directory, module: module.href },
  })
  onTestFinished(async () => void (await worker.terminate()))
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  const [file = ''] = readdirSync(directory)
  let emptyCount = 0
  for (let look = 0; look < LOOKS_COUNT; look += 1)
    if (readFileSync(join(directory, file)).every((byte) => byte === 0)) emptyCount += 1
  expect(emptyCount).toBe(0)
})

/** It holds one event always, and another one each time it tells. */
const TELLS_ALL_THE_TIME = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData.module).then(({ DeliveryOrder }) => {
    const order = new DeliveryOrder(workerData.directory, 'busy')
    order.noted(1)
    parentPort.postMessage('begun')
    for (let seq = 2; ; seq += 1) {
      order.noted(seq)
      order.confirmed(seq - 1)
    }
  })
`
