import { idOf } from '#domain/ids.ts'
import { classified, metadataOf, milliseconds, type OcsfEvent } from './ocsf.ts'

/** The mark of a finding that nobody has to look at. */
const TEST_LABEL = 'tocsin:test'

/** A finding that says of itself that it is a test. `nowUs`: when it was asked for. */
export function testFinding(nowUs: number): OcsfEvent {
  const uid = idOf('test-finding', String(nowUs))
  const title = 'Tocsin test: nothing has happened'
  const parts = { uid, correlation_uid: uid, tenant_uid: 'tocsin-test', sequence: 1 }
  return {
    ...classified(2004, 1, 1),
    status_id: 1,
    status: 'New',
    time: milliseconds(nowUs),
    is_alert: false,
    message: title,
    metadata: { ...metadataOf(parts, []), labels: [TEST_LABEL] },
    finding_info: { uid, title, types: ['test'] },
  }
}
