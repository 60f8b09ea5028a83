import { onTestFinished } from 'vitest'

import { EnforcementPoint } from '../../../services/collect/enforcement/point.ts'
import { steadyClock } from '../../../services/collect/tap/clock.ts'
import { Recorder } from '../../../services/collect/tap/recorder.ts'
import { newOutbox } from '../../../services/collect/tap/tap-files.ts'
import { TapMemory } from '../../../services/collect/tap/tap-memory.ts'
import type { WireEvent } from './outbox-events.ts'

/** A recorder on a directory, with nothing behind its outbox, and what it has written down. */
export function aRecorder(directory: string) {
  const memory = new TapMemory(directory)
  const rules = { maxBytes: 64 * 1024 * 1024, whenFull: 'drop-and-count' } as const
  const outbox = newOutbox(directory, 'test', rules)
  const point = new EnforcementPoint({
    tenantId: 'default',
    failsClosed: new Set(),
    readingTools: new Set(),
  })
  const recorder = new Recorder({
    tenantId: 'default',
    transport: 'http',
    outbox,
    memory,
    point,
    keep: { redactedNames: new Set(), maxChars: 65_536, contentMaxChars: 65_536 },
    hashKey: 'key',
    known: { agentId: undefined, userId: undefined, conversationId: undefined, roles: [] },
    nowUs: steadyClock(Date.now, () => performance.now()),
  })
  onTestFinished(() => {
    outbox.close()
    memory.close()
  })
  const events = (): WireEvent[] => {
    const lines = outbox.next(Infinity)?.lines.toString('utf8').split('\n').filter(Boolean) ?? []
    return lines.map((line) => JSON.parse(line) as WireEvent)
  }
  return { recorder, outbox, point, events }
}
