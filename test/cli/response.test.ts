import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { enforcementId } from '../../services/respond/restriction.ts'
import { prepareTocsin, startTocsin, tocsin, type RunningCommand } from '../support/cli.ts'
import { eventually } from '../support/live.ts'
import { aDirectory, SCENARIO_FILE, SCENARIO_INVENTORY } from '../support/replays.ts'

const root = aDirectory()
const directory = join(root, 'data')
/** So many times as long as `eventually` waits. */
const PATIENCE = 3
const SCENARIO = readFileSync(SCENARIO_FILE, 'utf8')
const place = ['--data-dir', directory]
const keys = { ada: generateKeyPairSync('ed25519'), ben: generateKeyPairSync('ed25519') }
const signing = generateKeyPairSync('ed25519')
const path = (name: string): string => join(root, name)
const as = (person: 'ada' | 'ben'): string[] => ['--by', person, '--key', path(`${person}.pem`)]

const privatePem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

const environment = {
  TOCSIN_HTTP_PORT: '0',
  TOCSIN_SQL_PORT: '0',
  TOCSIN_LOG_LEVEL: 'warn',
  TOCSIN_INVENTORY: SCENARIO_INVENTORY,
  TOCSIN_PEOPLE: path('people.json'),
  TOCSIN_SIGNING_KEY: path('signing.pem'),
}
let running: RunningCommand
let incidentId = ''

type Shown = {
  incident: { incident_id: string; severity: string; session_ids: string[] }
  case: { status: string; severity: string; awaiting: string[]; containment: string[] } | null
}

async function shown(): Promise<Shown | undefined> {
  const list = await tocsin(['incident', 'list', '--json', ...place])
  const rows = list.stdout.split('\n').filter((line) => line.startsWith('{'))
  const first = rows.map((line) => JSON.parse(line) as { incident_id: string })[0]
  if (first === undefined) return undefined
  const one = await tocsin(['incident', 'show', first.incident_id, '--json', ...place])
  return one.code === 0 ? (JSON.parse(one.stdout) as Shown) : undefined
}

beforeAll(async () => {
  const people = Object.fromEntries(
    Object.entries(keys).map(([name, pair]) => [name, { public_key: publicPem(pair.publicKey) }]),
  )
  writeFileSync(path('people.json'), JSON.stringify({ people }))
  for (const [name, pair] of Object.entries(keys))
    writeFileSync(path(`${name}.pem`), privatePem(pair.privateKey))
  writeFileSync(path('signing.pem'), privatePem(signing.privateKey))
  writeFileSync(path('signing.pub'), publicPem(signing.publicKey))
  running = startTocsin(['start', ...place], { environment })
  await eventually(
    () => existsSync(join(directory, 'doors.json')),
    (isThere) => isThere,
  )
  await post(SCENARIO)
  const found = await patiently(shown, isHeld)
  incidentId = found?.incident.incident_id ?? ''
}, 240_000)
afterAll(async () => {
  running.child.kill('SIGTERM')
  await running.result
})

/** No tap is there to acknowledge it. */
const HELD = /^enforcement refuse session:conv-027 (?:applied|unproven)$/

/** Whether all that is done without a person has been done, and stands in the evidence. */
function isHeld(one: Shown | undefined): boolean {
  if (one?.incident.severity !== 'critical' || one.case === null) return false
  const { status, severity, containment, awaiting } = one.case
  return (
    status === 'contained' &&
    severity === 'critical' &&
    containment.some((line) => HELD.test(line)) &&
    awaiting[0]?.includes('tell-affected-users') === true
  )
}

/** What `incident show` says once this stands in it: a case follows what changed it. */
async function shownText(isEnough: (text: string) => boolean): Promise<string> {
  const show = () => prepareTocsin(['incident', 'show', incidentId, ...place])
  return (await patiently(show, ({ stdout }) => isEnough(stdout))).stdout
}

/** Waits longer than `eventually`: the whole scenario goes through every stage first. */
async function patiently<T>(ask: () => Promise<T>, isEnough: (answer: T) => boolean): Promise<T> {
  for (let left = PATIENCE; left > 0; left -= 1) {
    const answer = await eventually(ask, isEnough)
    if (isEnough(answer)) return answer
  }
  throw new Error('it never came to that')
}

async function post(body: string): Promise<void> {
  const { http, tokens } = readDoors()
  const headers = {
    authorization: `Bearer ${tokens['ingest']}`,
    'content-type': 'application/x-ndjson',
  }
  const response = await fetch(`${http.url}/v1/events`, { method: 'POST', headers, body })
  if (response.status !== 200) throw new Error(`the door answered ${response.status}`)
}

function readDoors() {
  const text = readFileSync(join(directory, 'doors.json'), 'utf8')
  return JSON.parse(text) as { http: { url: string }; tokens: Record<string, string> }
}

/** Who looked at what of the incident, as the evidence has it. */
async function viewTargets(): Promise<string[]> {
  const key = ['--param', 'tenant_id=harbour', '--param', `incident_id=${incidentId}`]
  const asked = await prepareTocsin(['query', 'incident-actions', '--json', ...key, ...place])
  return asked.stdout
    .split('\n')
    .filter((line) => line.includes('"view"'))
    .map((line) => JSON.parse(line) as { target: string; requested_by: string })
    .map(({ target, requested_by }) => `${target} by ${requested_by}`)
}

test('a live incident is contained by itself, and says what waits for a person', async () => {
  const found = await shown()
  expect(found?.incident).toMatchObject({ severity: 'critical' })
  expect(found?.case).toMatchObject({ status: 'contained' })
  expect(found?.case?.containment.filter((line) => HELD.test(line))).toHaveLength(1)
  expect(found?.case?.awaiting[0]).toContain('tell-affected-users')
  const text = await prepareTocsin(['incident', 'show', incidentId, ...place])
  expect(text.stdout).toContain('Waits for a person')
})

test('a tap that says it obeys proves the restriction, and when it was in force', async () => {
  const scope = { kind: 'session', value: 'conv-027' } as const
  const inForce = {
    layer: 'application',
    tenant_id: 'harbour',
    collector_id: 'tap-2',
    event_id: 'in-force',
    // Right after the scenario: other collectors hold event time back to their own.
    occurred_at: '2026-03-02T13:40:50Z',
    collector_seq: 1,
    session_id: 'conv-027',
    agent_id: 'support-assistant',
    server_id: 'mail',
    action: 'permission_decision',
    decision: 'restriction_in_force',
    enforcement_ids: [enforcementId('harbour', incidentId, scope)],
  }
  await post(`${JSON.stringify(inForce)}\n`)
  const proven = 'enforcement refuse session:conv-027 proven'
  const found = await patiently(shown, (one) => one?.case?.containment.includes(proven) === true)
  expect(found?.case?.containment).toContain(proven)
}, 240_000)

describe('a decision', () => {
  const note = (...flags: string[]) =>
    tocsin(['incident', 'note', incidentId, 'looked at it', ...flags, ...place])

  test('of a person with their key counts, and stands in the case', async () => {
    expect(await note(...as('ada'))).toMatchObject({ code: 0, stdout: 'note: applied\n' })
    const noted = 'ada note: looked at it'
    expect(await shownText((text) => text.includes(noted))).toContain(noted)
  })

  test.for([
    {
      why: "with another's key",
      flags: ['--by', 'ada', '--key', 'ben.pem'],
      says: 'BAD_SIGNATURE',
    },
    { why: 'without a key', flags: ['--by', 'ada'], says: 'UNSIGNED' },
    {
      why: 'of nobody we know',
      flags: ['--by', 'eve', '--key', 'ben.pem'],
      says: 'UNKNOWN_PERSON',
    },
  ])('$why is refused at the door', async ({ flags, says }) => {
    const given = flags.map((flag) => (flag.endsWith('.pem') ? path(flag) : flag))
    const result = await note(...given)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toContain(says)
  })

  test('of nobody is bad usage', async () => {
    expect(await note()).toMatchObject({ code: 2 })
  })

  test('that comes too early is refused by respond, with the reason', async () => {
    const result = await tocsin(['incident', 'close', incidentId, ...as('ada'), ...place])
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('NOT_POSSIBLE_NOW')
  })
})

test('the kill switch takes two people', async () => {
  const turn = (person: 'ada' | 'ben') =>
    tocsin(['kill-switch', 'billing', '--tenant', 'harbour', ...as(person), ...place])
  expect((await turn('ada')).stdout).toBe('off: a second person is needed\n')
  expect((await turn('ada')).stderr).toContain('ALREADY_APPROVED')
  expect((await turn('ben')).stdout).toBe('off: done\n')
})

test('whoever looks stands in the custody log of the next bundle, which verifies', async () => {
  const entry = { who: 'ben', why: 'the custody of a look' }
  const look = ['--by', 'ben', '--reason', entry.why]
  await prepareTocsin(['incident', 'show', incidentId, ...look, ...place])
  await patiently(viewTargets, (targets) => targets.includes('incident show by ben'))
  const out = path('custody.tar')
  const signed = ['--key', path('ben.pem'), '--out', out]
  await prepareTocsin(['evidence', 'export', incidentId, ...look, ...signed, ...place], {
    environment,
  })
  const verified = await tocsin(['evidence', 'verify', out, '--key', path('signing.pub')])
  expect(verified).toMatchObject({ code: 0, stderr: '' })
  const lines = execFileSync('tar', ['xOf', out, 'custody.ndjson']).toString().trimEnd()
  const custody = lines.split('\n').map((line) => JSON.parse(line) as object)
  expect(custody).toContainEqual(
    expect.objectContaining({ ...entry, what: 'looked at: incident show' }),
  )
  expect(custody.at(-1)).toMatchObject({ ...entry, what: 'evidence exported' })
  // This export stands in the custody of the next one.
  await patiently(viewTargets, (targets) => targets.includes('evidence export by ben'))
}, 240_000)

test('the bundle of the incident is exported from the log, and verified offline', async () => {
  const out = path('bundle.tar')
  const exported = await tocsin(
    ['evidence', 'export', incidentId, '--out', out, ...as('ada'), '--reason', 'a test', ...place],
    { environment },
  )
  expect(exported.stderr).toBe('')
  const verify = (key: string) => tocsin(['evidence', 'verify', out, '--key', path(key)])
  const verified = await verify('signing.pub')
  expect(verified.stdout).toMatch(/^whole: \d+ records of incident [0-9a-f]{32}/)
  const [, count] = /whole: (\d+)/.exec(verified.stdout) ?? []
  expect(Number(count)).toBeGreaterThan(40)
  writeFileSync(path('other.pub'), publicPem(keys.ben.publicKey))
  const refused = await verify('other.pub')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('signed by another key')
  const names = execFileSync('tar', ['tf', out]).toString().split('\n')
  expect(names).toContain('custody.ndjson')
})

test('the review is written from the evidence, and stops its clock', async () => {
  const out = path('review')
  const args = ['incident', 'review', incidentId, '--out', out, ...as('ben'), ...place]
  const written = await prepareTocsin(args)
  const [markdown = ''] = written.stdout.split('\n')
  expect(readFileSync(markdown, 'utf8')).toContain('to contain:')
  const text = await shownText((shownNow) => !shownNow.includes('review due'))
  expect(text).not.toContain('review due')
})

test('what would be done is shown with nothing done', async () => {
  const simulated = await prepareTocsin(['playbook', 'simulate', incidentId, ...place])
  expect(simulated.stdout).toContain('oauth-revocation')
  expect(simulated.stdout).toContain('waits for a person')
})

test('playbooks are shown, checked and exported', async () => {
  expect((await prepareTocsin(['playbook', 'show', 'high'])).stdout).toContain(
    '└─ if sensitive_data',
  )
  const cacao = await prepareTocsin(['playbook', 'export', 'critical'])
  expect(JSON.parse(cacao.stdout)).toMatchObject({ spec_version: 'cacao-2.0' })
  const bad = path('bad.yml')
  writeFileSync(bad, 'name: high\n')
  const checked = await tocsin(['playbook', 'check', bad])
  expect(checked).toMatchObject({ code: 1, stdout: '' })
})

test('the triage questions are answered', async () => {
  const triage = await prepareTocsin(['incident', 'triage', incidentId, ...place])
  expect(triage.stdout).toContain('The tool history of conv-027')
  expect(triage.stdout).toContain('What support-assistant was seen to reach')
})
