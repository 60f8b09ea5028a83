import { findingUid, ocsfText, techniquesOf, type OcsfEvent, type Technique } from './ocsf.ts'

/** The release of the Elastic Common Schema that the documents follow. */
const ECS_VERSION = '9.4.0'
const TYPES = { 1: 'info', 2: 'change', 3: 'end' } as const

type Evidence = {
  actor?: { app_uid?: string; session?: { uid?: string }; user?: { uid?: string } }
  api?: { service?: { name?: string } }
  data?: { tool?: string; model?: string }
  dst_endpoint?: { hostname?: string }
}

/** A finding as a document of the Elastic Common Schema, the whole of it in `event.original`. */
export function ecsDocument(event: OcsfEvent): Record<string, unknown> {
  const { metadata, finding_info: info, class_uid } = event
  const [evidence] = (event['evidences'] ?? []) as Evidence[]
  const attacks = techniquesOf(event)
  const analytic = info?.['analytic'] as { name: string; uid: string; version: string } | undefined
  const { app_uid, session, user } = evidence?.actor ?? {}
  const model = evidence?.data?.model
  return withoutEmpty({
    '@timestamp': new Date(event.time).toISOString(),
    ecs: { version: ECS_VERSION },
    message: event.message,
    event: {
      kind: 'alert',
      category: ['intrusion_detection'],
      type: [TYPES[event.activity_id]],
      id: metadata.uid,
      code: class_uid === 2004 ? 'detection-finding' : 'incident-finding',
      action: event.activity_name.toLowerCase(),
      severity: event.severity_id,
      module: 'tocsin',
      dataset: 'tocsin.finding',
      sequence: metadata.sequence,
      original: ocsfText(event),
    },
    rule: { id: analytic?.uid, name: analytic?.name, version: analytic?.version },
    threat: attacks.length === 0 ? undefined : threatOf(attacks),
    organization: { id: metadata.tenant_uid },
    user: { id: user?.uid },
    service: { name: evidence?.api?.service?.name },
    destination: { domain: evidence?.dst_endpoint?.hostname },
    gen_ai: { agent: { id: app_uid }, request: { model } },
    labels: {
      finding_uid: findingUid(event),
      status: event.status,
      severity: event.severity,
      session: session?.uid,
      tool: evidence?.data?.tool,
    },
    tags: metadata.labels,
  })
}

function threatOf(attacks: readonly Technique[]) {
  const parts = attacks.flatMap(({ sub_technique: part }) => part ?? [])
  return {
    framework: 'MITRE ATLAS',
    technique: {
      id: attacks.map(({ technique }) => technique.uid),
      name: attacks.flatMap(({ technique }) => technique.name ?? []),
      subtechnique: {
        id: parts.map(({ uid }) => uid),
        name: parts.flatMap(({ name }) => name ?? []),
      },
    },
  }
}

/** Fields that are undefined, and objects that hold nothing then, are absent. */
function withoutEmpty(object: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(object)) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    const inner = isObject ? withoutEmpty(value as Record<string, unknown>) : value
    const isEmpty = isObject && Object.keys(inner as object).length === 0
    if (inner !== undefined && !isEmpty) kept[name] = inner
  }
  return kept
}
