import { describe, expect, test } from 'vitest'

import type { Alert, Case, Disposition, Incident } from '#domain/records/index.ts'
import type { Core, StageInput, StageOutput } from '#domain/stage.ts'
import { createExportCore } from '../../services/export/export.ts'
import { ocsfText, type OcsfEvent } from '../../services/export/ocsf.ts'
import { aCase, anAlert, anIncident, ocsfEvent } from './findings.ts'

const INPUTS = {
  alert: (value: Partial<Alert> = {}) => input('alerts.v1', anAlert(value)),
  incident: (value: Partial<Incident> = {}) => input('incidents.v1', anIncident(value)),
  found: (value: Partial<Case> = {}) => input('cases.v1', aCase(value)),
  disposition: (verdict: Disposition['verdict']) =>
    input('dispositions.v1', {
      alert_id: 'a-1',
      tenant_id: 'acme',
      rule_id: 'r-1',
      verdict,
      decided_at: 9_000_000,
      decided_by: 'someone',
      note: null,
    }),
}
const { alert, incident, found, disposition } = INPUTS

/** class, activity, status of each event that comes out. */
const STEPS: { why: string; inputs: StageInput[]; told: string[] }[] = [
  { why: 'an alert is created', inputs: [alert()], told: ['2004 Create New'] },
  {
    why: 'a higher revision of an alert updates it',
    inputs: [alert(), alert({ revision: 2 })],
    told: ['2004 Create New', '2004 Update New'],
  },
  {
    why: 'another hit of a suppressed rule updates its alert',
    inputs: [alert({ dedup_key: 'k' }), alert({ dedup_key: 'k', event_ids: ['e-2'] })],
    told: ['2004 Create New', '2004 Update New'],
  },
  {
    why: 'an analyst closes an alert',
    inputs: [alert(), disposition('true_positive')],
    told: ['2004 Create New', '2004 Close Resolved'],
  },
  {
    why: 'a false alarm is closed as suppressed',
    inputs: [alert(), disposition('false_positive')],
    told: ['2004 Create New', '2004 Close Suppressed'],
  },
  {
    why: 'an alert that nobody remembers is not closed',
    inputs: [disposition('benign')],
    told: [],
  },
  {
    why: 'an incident is created, then updated by what is done about it, then closed',
    inputs: [
      alert(),
      incident(),
      found(),
      found({ revision: 2, status: 'contained' }),
      found({ revision: 3, status: 'closed' }),
    ],
    told: [
      '2004 Create New',
      '2005 Create New',
      '2005 Update New',
      '2005 Update In Progress',
      '2005 Close Closed',
    ],
  },
  {
    why: 'a case that comes before its incident waits for it',
    inputs: [alert(), found({ status: 'triaged' }), incident()],
    told: ['2004 Create New', '2005 Create In Progress'],
  },
  {
    why: 'an incident is told again when its alert comes after it',
    inputs: [incident(), alert()],
    told: ['2005 Create New', '2004 Create New', '2005 Update New'],
  },
  {
    why: 'what is not newer says nothing',
    inputs: [alert(), incident({ revision: 2 }), incident({ revision: 2 }), incident()],
    told: ['2004 Create New', '2005 Create New'],
  },
]

test.for(STEPS)('$why', ({ inputs, told }) => {
  const events = eventsOf(createExportCore({ assignee: 'SOC' }), inputs)
  expect(events.map((one) => `${one.class_uid} ${one.activity_name} ${one.status}`)).toEqual(told)
})

test.for(STEPS)('over a restart: $why', ({ inputs, told }) => {
  const saved = new Map<string, string>()
  let core = createExportCore({ assignee: 'SOC' })
  const events = inputs.flatMap((one) => {
    const made = eventsOf(core, [one])
    for (const { key, body } of core.takeChanges()) saved.set(key, JSON.stringify(body))
    core = createExportCore({ assignee: 'SOC' })
    for (const [key, body] of saved) core.restore(key, JSON.parse(body))
    return made
  })
  expect(events.map((one) => `${one.class_uid} ${one.activity_name} ${one.status}`)).toEqual(told)
})

describe('text out of events', () => {
  const hostile = '\u202e\u200bline\nnext\u2028"}]\u009b2J\u{e0041}'

  test('stands escaped in the JSON, and is the same once read', () => {
    const text = ocsfText(ocsfEvent({ server_id: hostile, summary: hostile }))
    expect(text).toMatch(/^[\x20-\x7e]+$/)
    expect((JSON.parse(text) as OcsfEvent).message).toBe(hostile)
  })

  test('that is blank is no observable', () => {
    const event = ocsfEvent({ agent_id: '', user_id: ' ', server_id: 'files', entities: [] })
    expect(event.observables?.map(({ value }) => value)).toEqual(['files'])
  })
})

test('a technique that is none of ATLAS is left out; a part names its whole', () => {
  const { finding_info } = ocsfEvent({ atlas: ['T1059', 'AML.T0051.001', 'x'.repeat(10)] })
  expect(finding_info?.attacks).toEqual([
    {
      version: '5.6.0',
      technique: { uid: 'AML.T0051', name: 'LLM Prompt Injection' },
      sub_technique: { uid: 'AML.T0051.001', name: expect.any(String) as string },
    },
  ])
})

test('the model and the tool of an alert stand in its evidence', () => {
  const { evidences } = ocsfEvent({ entities: ['model:small-1', 'tool:fetch'] })
  expect(evidences).toMatchObject([{ data: { model: 'small-1', tool: 'fetch' } }])
})

function eventsOf(core: Core, inputs: readonly StageInput[]): OcsfEvent[] {
  const outputs: StageOutput[] = []
  for (const one of inputs) core.onRecord(one, (output) => outputs.push(output))
  return outputs.map(({ value }) => JSON.parse(value as string) as OcsfEvent)
}

function input(schema: StageInput['schema'], value: unknown): StageInput {
  return { topic: schema, schema, key: 'k', value } as StageInput
}
