import type { Profile, Tool } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'
import { dayInWords } from '../day-in-words.ts'

const at =
  (server: string, format: Tool['format']) => (effect: Tool['effect'], object?: string) => ({
    effect,
    server,
    format,
    ...(object === undefined ? {} : { object }),
  })
const catalogue = at('catalogue-mcp', 'table')
const patrons = at('patron-mcp', 'json')
const office = at('backoffice-mcp', 'yaml')

/** The systems of a municipal library. */
export const libraryProfile: Profile = {
  name: 'library',
  agents: ['circulation-aide', 'reading-room-aide'],
  models: ['oriel-9b', 'oriel-70b', 'fathom-1'],
  tools: {
    'Catalogue.Search': catalogue('read', 'titles'),
    'Catalogue.Item': { ...catalogue('read', 'copies'), format: 'html' },
    'Copies.Discard': catalogue('delete', 'copies'),
    'Loans.ByPatron': patrons('read', 'loans'),
    'Loans.Prolong': patrons('write', 'loans'),
    'Holds.Place': patrons('write', 'holds'),
    'Holds.Withdraw': patrons('delete', 'holds'),
    'Patrons.Lookup': patrons('read', 'patrons'),
    'Patrons.Amend': patrons('write', 'patrons'),
    'Patrons.Erase': patrons('delete', 'patrons'),
    'Fees.Statement': patrons('read', 'fees'),
    'Fees.Reimburse': { ...patrons('pay', 'reimbursements'), host: 'kasse.stadtbuch.example' },
    'Rooms.Agenda': office('read', 'room_bookings'),
    'Rooms.Reserve': office('write', 'room_bookings'),
    'Orders.Submit': { ...office('pay', 'orders'), host: 'edi.bookdrop.example' },
    'Letters.Incoming': { ...office('read', 'letters'), format: 'text' },
    'Letters.Dispatch': {
      ...office('send', 'letters'),
      format: 'text',
      host: 'mx.stadtbuch.example',
    },
    'Pages.Read': { ...office('read'), format: 'html', host: 'www.stadtbuch.example' },
    'Staff.GrantRole': office('grant', 'staff_roles'),
    'Feeds.Export': { ...office('send', 'exports'), host: 'feeds.stadtbuch.example' },
  },
  faults: [
    'SIP2 session lost',
    'catalogue is re-indexing, come back shortly',
    'E_TOO_BUSY (retry-after: 3)',
  ],
}

const READERS = 'Orsolya Vint|Caspar Dahlem|Mireille Aubin|Hamid Rostami|Lucía Merlo'
const TITLES =
  'The Salt Ledger|Winter Ferns|A Short History of ' +
  'Bridges|Nachtfahrt|Les Toits bleus|Birds of the Estuary'
const CLERKS = 'Rosalind|Tjark|Amina|Veronique|Pelle'

export type LibraryWorld = {
  random: Seeded
  reader: string
  card: string
  letterbox: string
  title: string
  secondTitle: string
  record: string
  barcode: string
  holdNo: string
  clerk: string
  roomName: string
  on: string
  onWritten: string
  hour: string
  fee: number
  letter: string
  street: string
}

export function drawLibrary(random: Seeded): LibraryWorld {
  const titles = random.sample(TITLES.split('|'), 2)
  const reader = random.pick(READERS.split('|'))
  const on = `2026-09-${random.int(10, 29)}`
  const host = random.pick(['kiezpost.example', 'abonne.example'])
  return {
    random,
    reader,
    card: `2${random.digits(9)}`,
    letterbox: `${reader.slice(0, 1).toLowerCase()}${random.digits(3)}@${host}`,
    title: titles[0] ?? '',
    secondTitle: titles[1] ?? '',
    record: `rec:${random.digits(6)}`,
    barcode: `B${random.digits(8)}`,
    holdNo: `H/${random.digits(5)}`,
    clerk: random.pick(CLERKS.split('|')),
    roomName: random.pick(['Attic', 'Map Room', 'Study 2', 'Garden Hall']),
    on,
    onWritten: dayInWords(random, on),
    hour: `${random.int(10, 18)}:00`,
    fee: random.int(4, 85),
    letter: `L${random.digits(6)}`,
    street:
      `${random.pick(['Lindengasse', 'Quay Row', 'Rue du Four', 'Mill Bank'])} ` +
      `${random.int(2, 88)}`,
  }
}

/** Opens the reader's account. */
export function lookUpReader(stage: Stage, world: LibraryWorld): void {
  const { reader, card, letterbox } = world
  const memo = stage.slot(world.random.pick(['', 'prefers large print', 'card renewed in spring']))
  stage.call(
    'Patrons.Lookup',
    { query: reader },
    { matches: [{ card, name: reader, contact: letterbox, memo }] },
  )
}

export function searchTitle(stage: Stage, world: LibraryWorld): void {
  const { random, title, record } = world
  const size = random.chance(0.2) ? 120 : random.int(2, 5)
  const rows = Array.from({ length: size }, (_, index) => ({
    record: index === 0 ? record : `rec:${random.digits(6)}`,
    title:
      index === 0
        ? title
        : `${title} (${random.pick(['audio', 'large print', 'reprint', 'score'])})`,
    blurb:
      index === 1
        ? stage.slot('With an afterword.')
        : random.pick(['', 'Signed copy.', 'Fragile spine.']),
  }))
  stage.call('Catalogue.Search', { text: title }, rows)
}

export function readLoans(stage: Stage, world: LibraryWorld): void {
  if (!stage.knows(world.card)) lookUpReader(stage, world)
  const { card, title, secondTitle, barcode, on } = world
  stage.call(
    'Loans.ByPatron',
    { card },
    {
      loans: [
        { barcode, title, due: on },
        { barcode: `B${world.random.digits(8)}`, title: secondTitle, due: on },
      ],
      message: stage.slot('no blocks'),
    },
  )
}

export function roomAgenda(stage: Stage, world: LibraryWorld): void {
  stage.call('Rooms.Agenda', { room: world.roomName, day: world.on }, [
    { at: '09:00', for: 'Knitting circle', remark: stage.slot('needs the long table') },
    { at: '13:00', for: 'School class 4b', remark: '' },
  ])
}
