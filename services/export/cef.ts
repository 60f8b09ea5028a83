import { oneLine } from './harmless-text.ts'
import { findingUid, techniquesOf, type OcsfEvent, type Technique } from './ocsf.ts'

/** Tocsin's version of its CEF form: it grows when a key changes its meaning. */
const FORM_VERSION = '1'
const VALUE_MAX_CHARS = 1_000
const SEVERITIES = { 1: 1, 2: 3, 3: 5, 4: 8, 5: 10 } as const

type Evidence = {
  actor?: { app_uid?: string; session?: { uid?: string }; user?: { uid?: string } }
  api?: { service?: { name?: string } }
  dst_endpoint?: { hostname?: string }
}

/** A finding in ArcSight's Common Event Format: one line, whatever it holds. */
export function cefOf(event: OcsfEvent): string {
  const analytic = event.finding_info?.['analytic'] as { name?: string } | undefined
  const signature = analytic?.name ?? (event.class_uid === 2005 ? 'incident' : 'finding')
  const title = event.finding_info?.title ?? event.message
  const header = ['CEF:0', 'Tocsin', 'Tocsin', FORM_VERSION, signature, title]
  const severity = String(SEVERITIES[event.severity_id])
  return [...header.map(inHeader), severity, extensionOf(event)].join('|')
}

function extensionOf(event: OcsfEvent): string {
  const [evidence] = (event['evidences'] ?? []) as Evidence[]
  const { app_uid: agent, session, user } = evidence?.actor ?? {}
  const attacks = techniquesOf(event)
  const labels = event.metadata.labels ?? []
  const pairs: [key: string, value: string | undefined][] = [
    ['rt', String(event.time)],
    ['externalId', findingUid(event)],
    ['cat', event.class_uid === 2005 ? 'incident' : 'detection'],
    ['act', event.activity_name],
    ['outcome', event.status],
    ['msg', event.message],
    ['suser', user?.uid],
    ['dhost', evidence?.dst_endpoint?.hostname],
    ['cnt', typeof event['count'] === 'number' ? String(event['count']) : undefined],
    ...custom(1, 'session', session?.uid),
    ...custom(2, 'agent', agent),
    ...custom(3, 'server', evidence?.api?.service?.name),
    ...custom(4, 'techniques', attacks.map((one) => techniqueOf(one)).join(' ')),
    ...custom(5, 'tenant', event.metadata.tenant_uid),
    ...custom(6, 'event', event.metadata.uid),
    ['reason', labels.length > 0 ? labels.join(' ') : undefined],
  ]
  return pairs
    .flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : `${key}=${inValue(value)}`,
    )
    .join(' ')
}

function custom(
  number: number,
  label: string,
  value: string | undefined,
): [key: string, value: string | undefined][] {
  if (value === undefined || value === '') return []
  return [
    [`cs${number}Label`, label],
    [`cs${number}`, value],
  ]
}

function techniqueOf({ technique, sub_technique }: Technique): string {
  return sub_technique?.uid ?? technique.uid
}

function inHeader(text: string): string {
  return oneLine(text, VALUE_MAX_CHARS).replaceAll('\\', '\\\\').replaceAll('|', '\\|')
}

function inValue(text: string): string {
  return oneLine(text, VALUE_MAX_CHARS).replaceAll('\\', '\\\\').replaceAll('=', '\\=')
}
