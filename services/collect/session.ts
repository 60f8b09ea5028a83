import { keyOf, partitionOf } from '#domain/lane.ts'

const SERVER_PREFIX = 'server:'
const SERVER_BUCKET_COUNT = 16

/** What of an event decides where it goes. */
export type Addressed = {
  tenant_id: string
  session_id: string
  client_address: string | null
  source_process?: string | null
  source_address?: string | null
}

/**
 * The key of an event: tenant and session. The address of a server, which is no session, is spread
 * over 16 buckets by the client's address or process, so a busy server is not one hot partition.
 */
export function eventKey(event: Addressed): string {
  const { tenant_id, session_id } = event
  if (!session_id.startsWith(SERVER_PREFIX)) return keyOf(tenant_id, session_id)
  const client = event.client_address ?? event.source_process ?? event.source_address ?? ''
  return keyOf(tenant_id, session_id, String(partitionOf(client, SERVER_BUCKET_COUNT)))
}
