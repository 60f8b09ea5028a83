import { harmlessJson } from '#domain/harmless-json.ts'

/** The schema that the findings are written in: https://schema.ocsf.io/1.8.0. */
const OCSF_VERSION = '1.8.0'

const CATEGORY = { category_uid: 2, category_name: 'Findings' } as const
const CLASS_NAMES = { 2004: 'Detection Finding', 2005: 'Incident Finding' } as const
const ACTIVITY_NAMES = { 1: 'Create', 2: 'Update', 3: 'Close' } as const
const SEVERITY_NAMES = {
  1: 'Informational',
  2: 'Low',
  3: 'Medium',
  4: 'High',
  5: 'Critical',
} as const

export type ClassUid = keyof typeof CLASS_NAMES
/** 1 create, 2 update, 3 close. */
export type ActivityId = keyof typeof ACTIVITY_NAMES
/** 1 informational to 5 critical. */
export type SeverityId = keyof typeof SEVERITY_NAMES

export type Technique = {
  version: string
  technique: { uid: string; name?: string }
  sub_technique?: { uid: string; name?: string }
}

/** What was found, whichever event tells of it: its `uid` stays. */
export type FindingInfo = {
  uid: string
  title?: string
  desc?: string
  attacks?: Technique[]
  [more: string]: unknown
}

export type Observable = { name: string; type_id: number; type: string; value: string }

type Metadata = {
  version: string
  /** Of this event: the same whenever it is made again, another for each update. */
  uid: string
  correlation_uid: string
  tenant_uid: string
  log_name: string
  sequence: number
  labels?: string[]
  [more: string]: unknown
}

/** One event of the two classes that Tocsin writes. */
export type OcsfEvent = {
  category_uid: number
  category_name: string
  class_uid: ClassUid
  class_name: string
  activity_id: ActivityId
  activity_name: string
  type_uid: number
  type_name: string
  /** Epoch milliseconds. */
  time: number
  severity_id: SeverityId
  severity: string
  status_id: number
  status: string
  message: string
  metadata: Metadata
  /** On a detection. */
  finding_info?: FindingInfo
  /** On an incident: its alerts. */
  finding_info_list?: FindingInfo[]
  observables?: Observable[]
  /** On an incident: the techniques of its alerts. */
  attacks?: Technique[]
  [more: string]: unknown
}

type Classification = Pick<
  OcsfEvent,
  | 'category_uid'
  | 'category_name'
  | 'class_uid'
  | 'class_name'
  | 'activity_id'
  | 'activity_name'
  | 'type_uid'
  | 'type_name'
  | 'severity_id'
  | 'severity'
>

/** Class, activity and severity, with their names, as every event has them. */
export function classified(
  classUid: ClassUid,
  activityId: ActivityId,
  severityId: SeverityId,
): Classification {
  const class_name = CLASS_NAMES[classUid]
  const activity_name = ACTIVITY_NAMES[activityId]
  return {
    ...CATEGORY,
    activity_id: activityId,
    activity_name,
    class_uid: classUid,
    class_name,
    type_uid: classUid * 100 + activityId,
    type_name: `${class_name}: ${activity_name}`,
    severity_id: severityId,
    severity: SEVERITY_NAMES[severityId],
  }
}

/** Metadata of an event about `uid`'s finding. */
export function metadataOf(
  parts: Pick<Metadata, 'uid' | 'correlation_uid' | 'tenant_uid' | 'sequence'>,
  profiles: readonly string[],
): Metadata {
  return {
    version: OCSF_VERSION,
    product: { name: 'Tocsin', vendor_name: 'Tocsin' },
    log_name: 'alerts.ocsf.v1',
    profiles: [...profiles],
    ...parts,
  }
}

/** What stays the same over all events of one finding: the id of the alert or of the incident. */
export function findingUid(event: OcsfEvent): string {
  return event.finding_info?.uid ?? event.metadata.correlation_uid
}

/** The techniques of a finding, wherever its class has them. */
export function techniquesOf(event: OcsfEvent): Technique[] {
  return event.finding_info?.attacks ?? event.attacks ?? []
}

/** Microseconds of ours as the milliseconds of OCSF. */
export function milliseconds(timeUs: number): number {
  return Math.floor(timeUs / 1000)
}

/** JSON text of an event; nothing invisible stands in it unescaped. Equal events, equal bytes. */
export function ocsfText(event: OcsfEvent): string {
  return harmlessJson(JSON.stringify(event))
}
