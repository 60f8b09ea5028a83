import { Fault } from '../../services/lib/domain/fault.ts'
import type { Log, Sender } from '../../services/lib/domain/log.ts'

/** A sender of this log; while `world.isDown` it says that the log is away. */
export async function aFallibleSender(log: Log, world: { isDown: boolean }): Promise<Sender> {
  const durable = await log.openSender()
  return {
    send: (records) =>
      world.isDown
        ? Promise.reject(new Fault('LOG_UNAVAILABLE', 'The log is away'))
        : durable.send(records),
    close: () => durable.close(),
  }
}
