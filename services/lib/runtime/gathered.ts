type Waiting<T> = { items: readonly T[]; done: PromiseWithResolvers<void> }

/**
 * One call for several callers: at most one is in flight, and what arrives meanwhile goes together
 * into the next. A caller is answered when the call with its own items has ended, or has failed.
 */
export function gathered<T>(
  work: (items: readonly T[]) => Promise<void>,
): (items: readonly T[]) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let isWorking = false

  const workOff = async (): Promise<void> => {
    isWorking = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await work(batch.flatMap((one) => one.items))
        for (const one of batch) one.done.resolve()
      } catch (error) {
        for (const one of batch) one.done.reject(error)
      }
    }
    isWorking = false
  }

  return async (items) => {
    const done = Promise.withResolvers<void>()
    waiting.push({ items, done })
    if (!isWorking) void workOff()
    await done.promise
  }
}
