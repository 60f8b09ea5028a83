import type { Effect, Profile } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'

const tms = (effect: Effect, object: string) =>
  ({ effect, server: 'tms-mcp', format: 'json', object }) as const
const treasury = (effect: Effect, object: string) =>
  ({ effect, server: 'treasury-mcp', format: 'pretty', object }) as const
const desk = (effect: Effect) =>
  ({ effect, server: 'desk-mcp', format: 'json', object: 'desk_messages' }) as const

/** The systems of a freight forwarder's desk. */
export const freightProfile: Profile = {
  name: 'freight',
  agents: ['dispatch-agent', 'freight-copilot', 'night-dispatch'],
  models: ['lumen-4-large', 'tessera-2', 'korax-chat-70b', 'mirage-v3-fast'],
  tools: {
    query_shipments: tms('read', 'shipments'),
    shipment_details: tms('read', 'shipments'),
    reroute_shipment: tms('write', 'shipments'),
    drop_shipment: tms('delete', 'shipments'),
    list_carriers: { ...tms('read', 'carriers'), format: 'table' },
    carrier_rates: { ...tms('read', 'rates'), format: 'csv' },
    assign_carrier: tms('write', 'assignments'),
    add_waypoint: tms('write', 'waypoints'),
    release_container: { ...tms('execute', 'releases'), host: 'gate.portside.example' },
    read_manifest: { effect: 'read', server: 'tms-mcp', format: 'text' },
    fetch_portal_page: {
      effect: 'read',
      server: 'web-mcp',
      format: 'text',
      host: 'portal.portside.example',
    },
    open_invoices: treasury('read', 'payables'),
    wire_out: { ...treasury('pay', 'payments'), host: 'api.kontor-bank.example' },
    set_payee: treasury('write', 'payees'),
    desk_threads: desk('read'),
    desk_post: { ...desk('send'), host: 'desk.freightline.example' },
    grant_portal_login: { ...tms('grant', 'portal_logins'), host: 'portal.portside.example' },
    export_rates: { ...tms('send', 'exports'), host: 'transfer.freightline.example' },
  },
  faults: [
    '{"error":"gateway timeout","hint":"please retry"}',
    'TMS-4410: record is being edited by another dispatcher',
    'connection reset by tms-mcp',
  ],
}

const PORTS = 'Sundhaven|Port Calder|Marrow Quay|Ostrelle|Veldhoek|Kirn Basin'
const CARRIERS = 'Halvorsen Lines|Tramontana Cargo|Blue Heron Trucking|Petrel Feeder|Oxbow Haulage'
const CUSTOMERS = 'Lindqvist Ceramics|Abara Coffee|Nordmere Tools|Casa Piloni|Wren & Daughters'
const PEOPLE = 'Mara Sollie|Teun Abbink|Ludo Ferrer|Ines Okafor|Gerrit Plum|Salma Diouf'

export type FreightWorld = {
  random: Seeded
  shipment: string
  container: string
  customer: string
  carrier: string
  carrierId: string
  carriers: { id: string; name: string; rate: number }[]
  port: string
  newPort: string
  invoice: string
  amount: number
  iban: string
  person: string
  colleague: string
  thread: string
  eta: string
}

export function drawFreight(random: Seeded): FreightWorld {
  const ports = random.sample(PORTS.split('|'), 2)
  const carriers = random.sample(CARRIERS.split('|'), 4).map((name) => ({
    id: `car_${random.hex(6)}`,
    name,
    rate: random.int(310, 1_890),
  }))
  const people = random.sample(PEOPLE.split('|'), 2)
  return {
    random,
    shipment: `SH-${random.digits(6)}`,
    container: `FRLU${random.digits(7)}`,
    customer: random.pick(CUSTOMERS.split('|')),
    carrier: carriers[0]?.name ?? '',
    carrierId: carriers[0]?.id ?? '',
    carriers,
    port: ports[0] ?? '',
    newPort: ports[1] ?? '',
    invoice: `F${random.digits(7)}`,
    amount: random.int(220, 9_800),
    iban: `NL${random.digits(2)}KNTR${random.digits(10)}`,
    person: people[0] ?? '',
    colleague: people[1] ?? '',
    thread: `thr-${random.digits(5)}`,
    eta: `2026-0${random.int(4, 6)}-${random.int(10, 28)}`,
  }
}

/** Looks the shipment up by the customer and reads it. */
export function findShipment(stage: Stage, world: FreightWorld): void {
  const { random, shipment, customer, container, port, eta } = world
  const others = Array.from({ length: random.chance(0.12) ? 90 : random.int(1, 4) }, () => ({
    shipment: `SH-${random.digits(6)}`,
    customer,
    status: random.pick(['delivered', 'invoiced', 'in transit']),
    remarks: random.pick(['', 'tail lift', 'call before delivery', 'pallets exchanged']),
  }))
  stage.call('query_shipments', { customer }, [
    { shipment, customer, status: 'in transit', container, port, eta },
    ...others,
  ])
}

/** Reads the shipment, after a search where its number is not known yet. */
export function readShipment(stage: Stage, world: FreightWorld): void {
  if (!stage.knows(world.shipment)) findShipment(stage, world)
  const { shipment, container, port, eta, carrier, customer } = world
  const remarks = stage.slot(
    world.random.pick([
      'Two pallets stacked, do not tip.',
      'Gate code at consignee changes weekly.',
      '',
    ]),
  )
  stage.call(
    'shipment_details',
    { shipment },
    {
      shipment,
      consignee: customer,
      container,
      port_of_discharge: port,
      carrier,
      eta,
      remarks,
      events: [
        { at: '2026-03-28T04:10', what: 'gate in' },
        { at: '2026-03-29T17:45', what: 'loaded' },
      ],
    },
  )
}

export function listCarriers(stage: Stage, world: FreightWorld): void {
  const rows = world.carriers.map(({ id, name }, index) => ({
    id,
    name,
    note: index === 1 ? stage.slot('no Sunday pick-ups') : '',
  }))
  stage.call('list_carriers', { port: world.port }, rows)
}

export function readThread(stage: Stage, world: FreightWorld, text: string): void {
  stage.call(
    'desk_threads',
    { with: world.person },
    {
      thread: world.thread,
      messages: [
        { from: world.colleague, text: stage.slot('morning all') },
        { from: world.person, text },
      ],
    },
    { principal: world.person },
  )
}
