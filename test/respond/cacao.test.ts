import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'

import { readTar } from '../../services/cli/rules/tar.ts'
import { playbookToCacao } from '../../services/respond/cacao.ts'
import { readPlaybook } from '../../services/respond/playbook.ts'
import { sharedFile } from '../support/shared-data.ts'
import { someOptions } from './response-world.ts'

const archive = sharedFile('../conformance/cacao/cacao-2.0-json-schemas.tar.gz')
const { playbooks } = someOptions()

type Exported = {
  workflow_start: string
  workflow: Record<string, Record<string, unknown>>
  agent_definitions: Record<string, unknown>
}
const exported = (severity: keyof typeof playbooks): Exported =>
  playbookToCacao(playbooks[severity]) as Exported

function validator(): (value: unknown) => unknown[] {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const entries = readTar(gunzipSync(readFileSync(archive ?? ''))) ?? []
  const schemas = entries
    .filter(({ name }) => name.endsWith('.json'))
    .map(({ bytes }) => JSON.parse(bytes.toString()) as { $id: string })
  for (const schema of schemas) ajv.addSchema(schema)
  const id = schemas.find((schema) => schema.$id.endsWith('/schemas/playbook.json'))?.$id ?? ''
  const validate = ajv.getSchema(id)
  if (validate === undefined) throw new TypeError('the schemas hold no playbook')
  return (value) => {
    if (validate(value) === true) return []
    return validate.errors ?? []
  }
}

test.runIf(archive !== undefined).for(['moderate', 'high', 'critical'] as const)(
  'the playbook %s is a CACAO 2.0 playbook by the published schemas',
  (severity) => {
    expect(validator()(exported(severity))).toEqual([])
  },
)

test.runIf(archive !== undefined)('the schemas refuse what is none', () => {
  const { workflow_start: _, ...rest } = exported('high')
  expect(validator()(rest)).not.toEqual([])
})

test.for(['moderate', 'high', 'critical'] as const)(
  'in %s every id that is referred to is there, and every step can be reached',
  (severity) => {
    const { workflow, workflow_start: start, agent_definitions: agents } = exported(severity)
    const seen = new Set<string>()
    const visit = (id: unknown): void => {
      if (typeof id !== 'string' || seen.has(id)) return
      seen.add(id)
      const step = workflow[id]
      if (step === undefined) throw new TypeError(`no step ${id}`)
      for (const name of ['on_completion', 'on_true', 'on_false']) visit(step[name])
    }
    visit(start)
    expect([...seen].sort()).toEqual(Object.keys(workflow).sort())
    const named = Object.values(workflow).flatMap((step) => step['agent'] ?? []) as string[]
    expect(named.filter((id) => agents[id] === undefined)).toEqual([])
  },
)

test('what a person must approve is a manual step before it', () => {
  const steps = Object.values(exported('critical').workflow)
  const approval = steps.find((step) => step['name'] === 'Approve tell-affected-users')
  const next = exported('critical').workflow[String(approval?.['on_completion'])]
  expect(next?.['name']).toBe('tell-affected-users')
  expect(String(approval?.['agent'])).toMatch(/^group--/)
})

test('equal playbooks give equal exports', () => {
  expect(JSON.stringify(exported('high'))).toBe(JSON.stringify(exported('high')))
})

test.for([
  { why: 'a restriction without an end', from: '    ttl: 72h\n', to: '', says: 'needs a ttl' },
  { why: 'an unknown word', from: 'version: 1', to: 'version: 1\nfoo: 1', says: 'foo' },
  { why: 'no evidence held', from: 'do: preserve', to: 'do: watch', says: 'preserved first' },
  { why: 'a step twice', from: 'step: tell-on-call', to: 'step: hold-evidence', says: 'twice' },
  { why: 'no duration', from: 'quiet: 1h', to: 'quiet: soon', says: 'duration' },
])('a playbook with $why is refused', ({ from, to, says }) => {
  const file = new URL('../../services/respond/playbooks/high.yml', import.meta.url)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  expect(() => readPlaybook(text.replace(from, to))).toThrow(says)
})
