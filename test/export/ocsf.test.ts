import { rmSync } from 'node:fs'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'

import { keyOf } from '#domain/lane.ts'
import type { Alert } from '#domain/records/index.ts'
import { closedFinding } from '../../services/export/detection-finding.ts'
import { incidentFinding } from '../../services/export/incident-finding.ts'
import { findingUid, type OcsfEvent } from '../../services/export/ocsf.ts'
import { testFinding } from '../../services/export/test-finding.ts'
import type { Findings } from '../../services/cli/results.ts'
import { SCENARIOS, writeScenarios } from '../golden/all-scenarios.ts'
import { exportedFrom, readSchema, type Exported } from '../support/exported.ts'
import { aCase, anIncident, ocsfEvent } from './findings.ts'
import { aDirectory, replayOf } from '../support/replays.ts'
import { sharedConformance, sharedFile } from '../support/shared-data.ts'

const DETECTION = sharedConformance('ocsf/detection_finding.schema.json')
const INCIDENT = sharedConformance('ocsf/incident_finding.schema.json')
const SAMPLE = sharedFile('agentdojo/sample.events.ndjson.gz')

type Run = { findings: Findings; exported: Exported[] }

const SEVERITIES = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 }
const INCIDENT_SEVERITIES = { moderate: 3, high: 4, critical: 5 }

const NOBODY = {
  agent_id: null,
  user_id: null,
  server_id: null,
  call_id: null,
  event_ids: [],
  entities: [],
  atlas: [],
  kind: 'external',
} satisfies Partial<Alert>

const runs = [
  { name: 'the golden scenarios', run: scenarios, isThere: true },
  { name: 'sample', run: sample, isThere: SAMPLE !== undefined },
]

describe.for(runs.filter(({ isThere }) => isThere))('$name', ({ run }) => {
  let findings: Findings
  let exported: Exported[]

  beforeAll(async () => {
    ;({ findings, exported } = await run())
  })

  test.skipIf(DETECTION === undefined)('every alert and every incident validates', () => {
    expect(wrongAmong(exported.map(({ event }) => event))).toEqual([])
    expect(new Set(exported.map(({ event }) => event.class_uid))).toEqual(new Set([2004, 2005]))
  })

  test('nothing is missing and nothing is added', () => {
    const uids = (classUid: number): string[] => [
      ...new Set(ofClass(exported, classUid).map(findingUid)),
    ]
    expect(uids(2004).sort()).toEqual([...findings.alerts.keys()].sort())
    expect(uids(2005).sort()).toEqual([...findings.incidents.keys()].sort())
  })

  test('a detection says the severity, the techniques and the events of its alert', () => {
    for (const event of ofClass(exported, 2004)) {
      const alert = findings.alerts.get(findingUid(event))
      expect(event.severity_id).toBe(SEVERITIES[alert?.level ?? 'low'])
      const attacks = event.finding_info?.attacks ?? []
      const ids = attacks.map((attack) => attack.sub_technique?.uid ?? attack.technique.uid)
      expect(ids).toEqual([...new Set(alert?.atlas)].sort())
    }
  })

  test('the last word of an incident says its severity, its alerts and what they are of', () => {
    for (const [uid, incident] of findings.incidents) {
      const event = ofClass(exported, 2005).findLast((one) => findingUid(one) === uid)
      expect(event?.severity_id).toBe(INCIDENT_SEVERITIES[incident.severity])
      expect(event?.status).toBe(statusOf(findings, uid))
      expect(event?.finding_info_list?.map((info) => info.uid)).toEqual(incident.alert_ids)
      expect(event?.finding_info_list?.filter((info) => info.title === undefined)).toEqual([])
      const alerts = incident.alert_ids.flatMap((id) => findings.alerts.get(id) ?? [])
      const ids = (event?.attacks ?? []).map((one) => one.sub_technique?.uid ?? one.technique.uid)
      expect(ids).toEqual([...new Set(alerts.flatMap((alert) => alert.atlas))].sort())
    }
  })

  test('each finding begins with its create, whose id is its own', () => {
    const begun = new Set<string>()
    const wrong = exported.filter(({ event }) => {
      const uid = findingUid(event)
      const isFirst = !begun.has(uid)
      begun.add(uid)
      return isFirst !== (event.activity_id === 1) || isFirst !== (event.metadata.uid === uid)
    })
    expect(wrong).toEqual([])
  })

  test('events are keyed by session or incident, and no event id stands for two', () => {
    const byUid = new Map<string, string>()
    for (const { key, text, event } of exported) {
      expect(key).toBe(keyOf(event.metadata.tenant_uid, event.metadata.correlation_uid))
      expect(byUid.get(event.metadata.uid) ?? text).toBe(text)
      byUid.set(event.metadata.uid, text)
    }
  })

  test('no observable is empty, and each says where it stands', () => {
    const observables = exported.flatMap(({ event }) => event.observables ?? [])
    expect(observables.length).toBeGreaterThan(0)
    expect(observables.filter(({ name, value }) => name === '' || value.trim() === '')).toEqual([])
  })
})

describe.skipIf(DETECTION === undefined)('what no run makes', () => {
  const info = { uid: 'a-1', title: 'A secret left' }
  const known = { info, tenantId: 'acme', sessionId: 's-1', severityId: 4, hitCount: 2 } as const
  const disposition = {
    alert_id: 'a-1',
    tenant_id: 'acme',
    rule_id: 'r-1',
    verdict: 'benign',
    decided_at: 9_000_000,
    decided_by: 'someone',
    note: 'was asked for',
  } as const
  const closed = aCase({ status: 'false_positive', closed_at: 9_000_000 })
  const told = { incident: anIncident({ alert_ids: [] }), findings: [], assignee: 'SOC' }

  test.for([
    { why: 'the labelled test', event: testFinding(1_000_000) },
    { why: 'an alert that was judged', event: closedFinding(known, disposition) },
    {
      why: 'a closed incident',
      event: incidentFinding({ ...told, found: closed, isFirst: false }),
    },
    {
      why: 'one without a case',
      event: incidentFinding({ ...told, found: undefined, isFirst: true }),
    },
    { why: 'an alert that names nobody', event: ocsfEvent(NOBODY) },
  ])('$why validates', ({ event }) => {
    expect(wrongAmong([event])).toEqual([])
  })
})

function wrongAmong(events: readonly OcsfEvent[]): unknown[] {
  const ajv = new Ajv2020({ strict: false })
  const validators = {
    2004: ajv.compile(readSchema(DETECTION ?? '')),
    2005: ajv.compile(readSchema(INCIDENT ?? '')),
  }
  return events.flatMap((event) => {
    const validate = validators[event.class_uid]
    const isValid: boolean = validate(event)
    return isValid ? [] : [{ uid: event.metadata.uid, errors: validate.errors }]
  })
}

function ofClass(exported: readonly Exported[], classUid: number): OcsfEvent[] {
  return exported.map(({ event }) => event).filter((event) => event.class_uid === classUid)
}

function statusOf(findings: Findings, uid: string): string {
  const status = findings.cases.get(uid)?.status ?? 'open'
  return status === 'open' ? 'New' : 'In Progress'
}

async function scenarios(): Promise<Run> {
  const directory = aDirectory()
  try {
    const { file, inventory } = writeScenarios(directory, 'attack')
    const run = await runOf(file, { TOCSIN_INVENTORY: inventory })
    expect(run.findings.incidents.size).toBeGreaterThanOrEqual(SCENARIOS.length)
    return run
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function sample(): Promise<Run> {
  return runOf(SAMPLE ?? '', {})
}

async function runOf(file: string, environment: Record<string, string>): Promise<Run> {
  let exported: Exported[] = []
  const { findings } = await replayOf(file, {
    environment,
    onSettled: async (world) => {
      exported = await exportedFrom(world)
    },
  })
  return { findings, exported }
}
