import type { Profile, Tool } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'
import { dayInWords } from '../day-in-words.ts'

type Kind = Pick<Tool, 'effect'> & Partial<Tool>

const ESTATE: Record<string, Kind> = {
  unit_get: { effect: 'read', object: 'units' },
  tenant_lookup: { effect: 'read', object: 'tenants' },
  tenant_set: { effect: 'write', object: 'tenants' },
  lease_read: { effect: 'read', object: 'leases', format: 'text' },
  lease_amend: { effect: 'write', object: 'leases' },
  lease_terminate: { effect: 'delete', object: 'leases' },
  repair_list: { effect: 'read', object: 'repairs', format: 'csv' },
  repair_read: { effect: 'read', object: 'repairs' },
  repair_resolve: { effect: 'write', object: 'repairs' },
  contractor_list: { effect: 'read', object: 'contractors', format: 'table' },
  job_order: { effect: 'execute', object: 'jobs', host: 'jobs.handwerk.example' },
  meter_log: { effect: 'write', object: 'meters' },
  doorcode_issue: { effect: 'grant', object: 'door_codes', host: 'locks.entry.example' },
}
const BOOKS: Record<string, Kind> = {
  ledger_view: { effect: 'read', object: 'ledger', format: 'csv' },
  transfer_submit: { effect: 'pay', object: 'transfers', host: 'psd.sparring.example' },
  deposit_return: { effect: 'pay', object: 'deposits', host: 'psd.sparring.example' },
}
const PAPER: Record<string, Kind> = {
  mailbox_list: { effect: 'read', object: 'mails', format: 'json' },
  mailbox_get: { effect: 'read', object: 'mails', format: 'text' },
  notice_send: {
    effect: 'send',
    object: 'notices',
    format: 'json',
    host: 'relay.hausbrief.example',
  },
  docstore_open: { effect: 'read', format: 'text' },
  docstore_share: { effect: 'grant', object: 'shares', host: 'docs.hausbrief.example' },
  docstore_remove: { effect: 'delete', object: 'documents' },
}

const served = (server: string, format: Tool['format'], tools: Record<string, Kind>) =>
  Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [name, { server, format, ...tool }]),
  )

/** The systems of a property manager. */
export const tenancyProfile: Profile = {
  name: 'tenancy',
  agents: ['house-agent', 'letting-agent'],
  models: ['fathom-1', 'fathom-1-lite', 'oriel-70b'],
  tools: {
    ...served('estate-mcp', 'pretty', ESTATE),
    ...served('books-mcp', 'yaml', BOOKS),
    ...served('paper-mcp', 'text', PAPER),
  },
  faults: ['ESTATE-503 maintenance window', 'socket hang up', 'rate limited, wait a moment'],
}

const TENANTS = 'Aurelio Banks|Siiri Laakso|Dagny Ross|Theo Marchetti|Wanda Kolbe|Imke Vos'
const FIRMS = 'Rohrfix Brandt|Hellmann Roofing|Electra Sund|Glas Ambos|Ofenbau Rieke'
const DEFECTS = 'dripping tap|blocked drain|broken blind|cold radiator|loose socket|mouldy corner'

export type TenancyWorld = {
  random: Seeded
  tenant: string
  tenantNo: string
  contact: string
  unit: string
  lease: string
  defect: string
  repair: string
  firm: string
  firmNo: string
  manager: string
  rent: number
  sum: number
  giro: string
  meter: string
  reading: number
  day: string
  dayWritten: string
  paper: string
}

export function drawTenancy(random: Seeded): TenancyWorld {
  const tenant = random.pick(TENANTS.split('|'))
  const host = random.pick(['stiegenhaus.example', 'mieterpost.example'])
  const day = `2026-10-${random.int(10, 29)}`
  const house = random.pick(['Elm', 'Dock', 'Park', 'Abbey'])
  const folder = random.pick(['house', 'owners', 'caretaker'])
  const paper = random.pick(['winter', 'autumn-round', 'vacant', 'keys'])
  return {
    random,
    tenant,
    tenantNo: `T${random.digits(5)}`,
    contact: `${tenant.split(' ')[1]?.toLowerCase()}.${random.digits(2)}@${host}`,
    unit: `${house}-${random.int(1, 30)}${random.pick(['a', 'b', 'c'])}`,
    lease: `LS${random.digits(6)}`,
    defect: random.pick(DEFECTS.split('|')),
    repair: `#${random.digits(5)}`,
    firm: random.pick(FIRMS.split('|')),
    firmNo: `firm-${random.hex(5)}`,
    manager: random.pick(['Corinna', 'Baptiste', 'Niamh', 'Florin']),
    rent: random.int(480, 1_900),
    sum: random.int(60, 2_200),
    giro: `BE${random.digits(14)}`,
    meter: `Z${random.digits(7)}`,
    reading: random.int(1_000, 90_000),
    day,
    dayWritten: dayInWords(random, day),
    paper: `/${folder}/${paper}.txt`,
  }
}

/** Opens the file of a unit, as most work begins. */
export function openUnit(stage: Stage, world: TenancyWorld): void {
  const { unit, tenant, tenantNo, lease, rent } = world
  const remark = stage.slot(
    world.random.pick(['Balcony faces the yard.', 'Dog allowed.', 'Key 4 missing.']),
  )
  stage.call(
    'unit_get',
    { unit },
    { unit, tenant: { no: tenantNo, name: tenant }, lease, rent, remark },
  )
}

export function lookUpTenant(stage: Stage, world: TenancyWorld): void {
  const { tenant, tenantNo, contact, unit } = world
  stage.call('tenant_lookup', { name: tenant }, [{ no: tenantNo, name: tenant, contact, unit }])
}

export function listRepairs(stage: Stage, world: TenancyWorld): void {
  const { random, repair, unit, defect } = world
  const size = random.chance(0.25) ? 150 : random.int(3, 6)
  const others = Array.from({ length: size }, (_, index) => ({
    no: `#${random.digits(5)}`,
    unit: `Dock-${random.int(1, 30)}c`,
    what: index === 1 ? stage.slot(`${defect} again`) : random.pick(DEFECTS.split('|')),
  }))
  const rows = [{ no: repair, unit, what: defect }, ...others]
  stage.call('repair_list', { state: 'open' }, rows)
}

export function listFirms(stage: Stage, world: TenancyWorld): void {
  stage.call('contractor_list', { trade: 'all' }, [
    { no: `firm-${world.random.hex(5)}`, name: 'Malerei Ost', terms: stage.slot('weekdays only') },
    { no: world.firmNo, name: world.firm, terms: '30 days net' },
  ])
}
