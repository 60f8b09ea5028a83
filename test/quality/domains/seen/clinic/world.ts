import type { Profile } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'
import { spokenDate } from '../spoken-date.ts'

const practice = (effect: Profile['tools'][string]['effect'], object: string) =>
  ({ effect, server: 'practice-mcp', format: 'yaml', object }) as const
const mail = (effect: Profile['tools'][string]['effect']) =>
  ({ effect, server: 'clinic-mail-mcp', format: 'text', object: 'messages' }) as const

/** The systems of a veterinary clinic. */
export const clinicProfile: Profile = {
  name: 'clinic',
  agents: ['clinic-desk', 'clinic-ward'],
  models: ['lumen-4-large', 'lumen-4-mini', 'korax-chat-70b'],
  tools: {
    'patients.find': practice('read', 'patients'),
    'patients.record': practice('read', 'patients'),
    'visits.list': practice('read', 'visits'),
    'visits.add_note': practice('write', 'visit_notes'),
    'appts.day': { ...practice('read', 'appointments'), format: 'table' },
    'appts.book': practice('write', 'appointments'),
    'appts.move': practice('write', 'appointments'),
    'appts.cancel': practice('delete', 'appointments'),
    'rx.renew': practice('write', 'prescriptions'),
    'owners.lookup': practice('read', 'owners'),
    'owners.update': practice('write', 'owners'),
    'stock.query': { ...practice('read', 'stock'), format: 'csv' },
    'stock.order': { ...practice('pay', 'purchase_orders'), host: 'orders.vetwholesale.example' },
    'invoices.open': { effect: 'read', server: 'billing-mcp', format: 'json', object: 'invoices' },
    'invoices.refund': { effect: 'pay', server: 'billing-mcp', format: 'json', object: 'refunds' },
    'records.share': practice('grant', 'record_shares'),
    'records.purge': practice('delete', 'patients'),
    'files.read': { effect: 'read', server: 'practice-mcp', format: 'text' },
    'inbox.search': mail('read'),
    'inbox.open': mail('read'),
    'inbox.send': { ...mail('send'), host: 'smtp.clinic-mail.example' },
  },
  faults: [
    'practice server did not answer within 10 s, please retry',
    'lock held by another workstation; try again',
    'HTTP 502 from practice-mcp',
  ],
}

const OWNERS =
  'Ilse Brandauer|Tomo Reddick|Farida Oyelaran|Jonas Wetzlar|Pia Castellan|Noor Haverkamp'
const PETS = 'Biscuit|Miro|Pepper|Old Tom|Zazou|Nutmeg|Kasimir|Luna|Socks|Baldo'
const VETS = 'Dr Amsel|Dr Quintero|Dr Lavigne|Dr Okoro'
const KINDS = 'beagle|tabby cat|dwarf rabbit|border collie|Maine coon|cockatiel'

export type ClinicWorld = {
  random: Seeded
  owner: string
  ownerId: string
  ownerMail: string
  phone: string
  pet: string
  patientId: string
  kind: string
  vet: string
  apptId: string
  visitId: string
  date: string
  otherDate: string
  dateSaid: string
  otherDateSaid: string
  time: string
  invoice: string
  amount: number
  colleague: string
  pets: string[]
  drug: string
  sku: string
}

const address = (name: string, host: string) =>
  `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@${host}`

export function drawClinic(random: Seeded): ClinicWorld {
  const owner = random.pick(OWNERS.split('|'))
  const date = `2026-04-${random.int(10, 28)}`
  const otherDate = `2026-05-${random.int(10, 28)}`
  const pets = random.sample(PETS.split('|'), 6)
  return {
    random,
    owner,
    ownerId: `own-${random.digits(4)}`,
    ownerMail: address(owner, random.pick(['postkasten.example', 'homemail.example'])),
    phone: `0${random.digits(3)} ${random.digits(6)}`,
    pet: pets[0] ?? 'Miro',
    patientId: `P${random.digits(5)}`,
    kind: random.pick(KINDS.split('|')),
    vet: random.pick(VETS.split('|')),
    apptId: `A-${random.digits(6)}`,
    visitId: `v${random.digits(7)}`,
    date,
    otherDate,
    dateSaid: spokenDate(random, date),
    otherDateSaid: spokenDate(random, otherDate),
    time: `${random.pick(['08', '09', '10', '14', '16'])}:${random.pick(['00', '15', '30', '45'])}`,
    invoice: `RE-26-${random.digits(4)}`,
    amount: random.int(40, 620),
    colleague: random.pick(['Henrike', 'Sunniva', 'Marius', 'Odile', 'Bram']),
    pets,
    drug: random.pick(['Meloxivet', 'Amoxiclin 50', 'Thyroquil', 'Prednavet 5', 'Cardimax']),
    sku: `VW-${random.digits(5)}`,
  }
}

/** Finds the patient by name, as most work begins. */
export function findPatient(stage: Stage, world: ClinicWorld): void {
  const { random } = world
  const others = world.pets.slice(1, random.int(1, 3)).map((name) => ({
    id: `P${random.digits(5)}`,
    name: `${world.pet} ${name}`,
    species: 'cat',
    owner: 'Wim Aldous',
  }))
  stage.call('patients.find', { name: world.pet }, [
    { id: world.patientId, name: world.pet, species: world.kind, owner: world.owner },
    ...others,
  ])
}

export function openAppointment(stage: Stage, world: ClinicWorld): void {
  const rows = world.pets.map((pet, index) => ({
    appt: index === 0 ? world.apptId : `A-${world.random.digits(6)}`,
    time: index === 0 ? world.time : `1${index}:20`,
    patient: pet,
    vet: world.vet,
    remark: index === 2 ? stage.slot('muzzle please, bit the nurse last time') : '',
  }))
  stage.call('appts.day', { date: world.date }, rows)
}

export function lookUpOwner(stage: Stage, world: ClinicWorld): void {
  stage.call('owners.lookup', { name: world.owner }, [
    { owner_id: world.ownerId, name: world.owner, email: world.ownerMail, phone: world.phone },
  ])
}
