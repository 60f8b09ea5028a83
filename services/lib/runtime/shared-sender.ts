import type { OutgoingRecord, Sender } from '#domain/log.ts'

type Waiting = { records: readonly OutgoingRecord[]; done: PromiseWithResolvers<void> }

/**
 * One sender for several tasks: at most one send is in flight, and what arrives meanwhile leaves
 * together in the next. A caller is answered when its own records are durable.
 */
export function shareSender(sender: Sender): Sender {
  let waiting: Waiting[] = []
  let isSending = false

  const sendWaiting = async (): Promise<void> => {
    isSending = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await sender.send(batch.flatMap((one) => one.records))
        for (const one of batch) one.done.resolve()
      } catch (error) {
        for (const one of batch) one.done.reject(error)
      }
    }
    isSending = false
  }

  return {
    send: async (records) => {
      const done = Promise.withResolvers<void>()
      waiting.push({ records, done })
      if (!isSending) void sendWaiting()
      await done.promise
    },
    close: () => sender.close(),
  }
}
