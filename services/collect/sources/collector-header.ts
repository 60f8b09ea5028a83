import { DoorRefusal } from '#domain/door.ts'
import type { CollectorName } from '../source.ts'

/** Names the collector that posts: `tenant/collector`, percent-encoded. */
export const COLLECTOR_HEADER = 'tocsin-collector'

/** Undefined where there is no such header. @throws DoorRefusal 400 where it names none. */
export function namedCollector(header: string | undefined): CollectorName | undefined {
  if (header === undefined) return undefined
  try {
    const [tenantId = '', collectorId = '', ...rest] = header.split('/').map(decodeURIComponent)
    if (tenantId !== '' && collectorId !== '' && rest.length === 0) return { tenantId, collectorId }
  } catch {
    // Answered below, as any other header that names none.
  }
  throw new DoorRefusal(400, 'BAD_HEADER', `${COLLECTOR_HEADER} is tenant/collector, encoded`)
}
