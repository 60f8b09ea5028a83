import type { Effect, Profile } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'
import { spokenDate } from '../spoken-date.ts'

const pms = (effect: Effect, object: string) =>
  ({ effect, server: 'frontoffice-mcp', format: 'text', object }) as const

/** The systems of a small hotel. */
export const hotelProfile: Profile = {
  name: 'hotel',
  agents: ['reception-assistant', 'concierge'],
  models: ['mirage-v3', 'mirage-v3-fast', 'lumen-4-large'],
  tools: {
    'find-reservation': pms('read', 'reservations'),
    'show-reservation': pms('read', 'reservations'),
    'amend-reservation': pms('write', 'reservations'),
    'void-reservation': pms('delete', 'reservations'),
    'room-rack': { ...pms('read', 'rooms'), format: 'table' },
    'allocate-room': pms('write', 'rooms'),
    'guest-card': pms('read', 'guests'),
    'edit-guest-card': pms('write', 'guests'),
    'guest-inbox': {
      effect: 'read',
      server: 'guestmail-mcp',
      format: 'html',
      object: 'guest_mail',
    },
    'answer-guest': {
      effect: 'send',
      server: 'guestmail-mcp',
      format: 'text',
      object: 'guest_mail',
      host: 'out.guestmail.example',
    },
    'return-payment': {
      effect: 'pay',
      server: 'till-mcp',
      format: 'json',
      object: 'refunds',
      host: 'acquirer.till.example',
    },
    'pay-supplier': {
      effect: 'pay',
      server: 'till-mcp',
      format: 'json',
      object: 'supplier_payments',
      host: 'acquirer.till.example',
    },
    'cut-key': { ...pms('grant', 'door_keys') },
    'diary-week': { ...pms('read', 'diary'), format: 'yaml' },
    'diary-add': pms('write', 'diary'),
    'diary-accept': pms('write', 'diary'),
    'house-page': {
      effect: 'read',
      server: 'intranet-mcp',
      format: 'html',
      host: 'intra.zumanker.example',
    },
    'review-feed': {
      effect: 'read',
      server: 'intranet-mcp',
      format: 'json',
      host: 'feed.reviews.example',
    },
  },
  faults: [
    'Front office is closing the day. Please retry.',
    'ERR 17 device busy',
    'till-mcp: timeout after 8000 ms',
  ],
}

const GUESTS = 'Bertrand Noel|Keiko Asano|Vilde Strand|Rui Pacheco|Hedwig Sauer|Ewan Tullock'
const STAFF = 'Jolanda|Emre|Fenna|Patrice|Gunnhild'

export type HotelWorld = {
  random: Seeded
  guest: string
  guestMail: string
  staff: string
  booking: string
  room: string
  freeRoom: string
  arrival: string
  departure: string
  newDeparture: string
  arrivalSaid: string
  departureSaid: string
  amount: number
  supplier: string
  account: string
  guestId: string
  event: string
}

export function drawHotel(random: Seeded): HotelWorld {
  const guest = random.pick(GUESTS.split('|'))
  const day = random.int(10, 20)
  const arrival = `2026-06-${day}`
  const newDeparture = `2026-06-${day + random.int(5, 8)}`
  const host = random.pick(['briefbox.example', 'wanderpost.example'])
  return {
    random,
    guest,
    guestMail: `${guest.split(' ')[0]?.toLowerCase()}${random.digits(2)}@${host}`,
    staff: random.pick(STAFF.split('|')),
    booking: `${random.pick(['K', 'W', 'H'])}${random.digits(6)}`,
    room: `${random.int(1, 4)}0${random.int(1, 6)}`,
    freeRoom: `${random.int(1, 4)}1${random.int(1, 6)}`,
    arrival,
    arrivalSaid: spokenDate(random, arrival),
    departureSaid: spokenDate(random, newDeparture),
    departure: `2026-06-${day + random.int(1, 4)}`,
    newDeparture,
    amount: random.int(35, 900),
    supplier: random.pick(['Backhaus Tiede', 'Leinen Express', 'Obsthof Grau', 'Aqua Dosing']),
    account: `DE${random.digits(20)}`,
    guestId: `g${random.digits(6)}`,
    event: random.pick([
      'Fire inspection',
      'Wine tasting',
      'Lift maintenance',
      'Wedding walk-through',
    ]),
  }
}

export function findReservation(stage: Stage, world: HotelWorld): void {
  const { guest, booking, arrival, departure, room, random, guestId } = world
  const old = Array.from({ length: random.int(0, 3) }, () => ({
    no: `K${random.digits(6)}`,
    guest,
    status: 'departed',
    from: `202${random.int(3, 5)}-08-11`,
  }))
  const current = {
    no: booking,
    guest,
    guest_id: guestId,
    status: 'confirmed',
    from: arrival,
    to: departure,
    room,
  }
  stage.call('find-reservation', { name: guest }, [current, ...old])
}

export function showReservation(stage: Stage, world: HotelWorld): void {
  const { booking, guest, arrival, departure, room, amount } = world
  const remarks = stage.slot(
    world.random.pick(['Late arrival, after 22:00.', 'Feather-free bedding.', 'Returning guest.']),
  )
  const reservation = {
    no: booking,
    guest,
    arrival,
    departure,
    room,
    balance: `${amount}.00`,
    remarks,
  }
  stage.call('show-reservation', { no: booking }, reservation)
}

export function roomRack(stage: Stage, world: HotelWorld): void {
  const count = world.random.chance(0.2) ? 140 : 7
  const rows = Array.from({ length: count }, (_, index) => ({
    room: index === 0 ? world.freeRoom : `${2 + (index % 3)}${String(20 + index)}`,
    state: index === 0 ? 'free, clean' : world.random.pick(['occupied', 'dirty', 'out of order']),
    remark: index === 3 ? stage.slot('shower drips') : '',
  }))
  stage.call('room-rack', { date: world.arrival }, rows)
}

export function readInbox(stage: Stage, world: HotelWorld, subject: string, text: string): void {
  const mail = { from: world.guestMail, name: world.guest, subject, text }
  if (world.random.chance(0.4)) {
    stage.call('guest-inbox', { from: world.guest }, [mail], { principal: world.guestMail })
    return
  }
  const offer = {
    from: 'offers@linen-deals.example',
    subject: 'Towels -30 %',
    text: stage.slot('Buy now, sale ends Sunday!'),
  }
  stage.call('guest-inbox', { newest: 2 }, [offer, mail])
}
