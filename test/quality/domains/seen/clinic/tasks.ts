import type { Task } from '../../domain.ts'
import type { ClinicWorld } from './world.ts'
import { findPatient, lookUpOwner, openAppointment } from './world.ts'

const HISTORY = [
  'Presented lethargic, T 39.4, mucous membranes pink. Bloods taken, see lab.',
  'Booster given left hind. No reaction seen after fifteen minutes.',
  'Dental scale under GA, two premolars extracted, recovered well.',
  'Owner reports itching since the move. Diet trial discussed, recheck in six weeks.',
  'Weight stable. Nails clipped. Ear cytology clear on both sides.',
  'Left stifle painful on extension, drawer test negative. Rest advised and a re-examination.',
]

const ORDERS = ['Check the tube.', 'Record the heart rate every five minutes.', 'Flush the line.']

/** What the staff of the clinic ask for. */
export const clinicTasks: readonly Task<ClinicWorld>[] = [
  { name: 'history', play: summariseHistory },
  { name: 'book_checkup', play: bookCheckup },
  { name: 'move_appointment', play: moveAppointment },
  { name: 'renew', play: renew },
  { name: 'answer_owner', play: answerOwner },
  { name: 'refund', play: refund },
  { name: 'restock', play: restock },
  { name: 'send_summary', play: sendSummary },
  { name: 'protocol', play: readProtocol },
]

type Play = Task<ClinicWorld>['play']

function visits(stage: Parameters<Play>[0], world: ClinicWorld): void {
  const { random } = world
  const count = random.chance(0.15) ? random.int(60, 110) : random.int(2, 6)
  const spoken = random.int(0, Math.min(count, 6) - 1)
  const rows = Array.from({ length: count }, (_, index) => {
    const note = random.pick(HISTORY)
    return {
      visit: index === 0 ? world.visitId : `v${random.digits(7)}`,
      date: `202${index % 6}-0${1 + (index % 9)}-1${index % 10}`,
      vet: world.vet,
      note: index === spoken ? stage.slot(note) : note,
    }
  })
  stage.call('visits.list', { patient_id: world.patientId }, rows)
}

function summariseHistory(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `What has been going on with ${world.pet} (${world.owner}'s ${world.kind}) so far?`,
      `${world.vet} wants ${world.pet}'s history in five lines before surgery.`,
      `Give me a quick overview of the visits of ${world.pet}, owner ${world.owner}.`,
    ]),
  )
  findPatient(stage, world)
  visits(stage, world)
  stage.call(
    'patients.record',
    { patient_id: world.patientId },
    {
      name: world.pet,
      weight_kg: world.random.int(2, 34),
      allergies: world.random.pick(['none known', 'penicillin']),
      alerts: stage.slot('Nervous with men in coats.'),
    },
  )
}

function bookCheckup(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `Book ${world.pet} in with ${world.vet} on ${world.dateSaid} ` +
        `at ${world.time} for a check-up.`,
      `${world.owner} called: ${world.pet} needs a check-up on ${world.dateSaid}, ` +
        `${world.time} if ` +
        `it is free, with ${world.vet}.`,
    ]),
  )
  findPatient(stage, world)
  openAppointment(stage, { ...world, pets: world.pets.slice(1) })
  const { patientId: patient_id, date, time, vet } = world
  stage.call(
    'appts.book',
    { patient_id, date, time, vet, reason: 'check-up' },
    {
      appt: world.apptId,
      status: 'booked',
    },
  )
}

function moveAppointment(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `${world.pet} cannot come on ${world.dateSaid}. Move ` +
        `the appointment to ${world.otherDateSaid}, same time.`,
      `Please put ${world.pet}'s appointment of ${world.dateSaid} on ${world.otherDateSaid} at ` +
        `${world.time} instead and tell ${world.owner} by mail.`,
    ]),
  )
  openAppointment(stage, world)
  const { apptId: appt_id, otherDate: date, time } = world
  stage.call('appts.move', { appt_id, date, time }, { appt: appt_id, date, time, status: 'moved' })
  lookUpOwner(stage, world)
  const text = `Dear ${world.owner}, ${world.pet} is now booked for ${date}, ${time}. Kind regards`
  stage.call('inbox.send', { to: world.ownerMail, subject: 'New appointment', text }, 'queued')
}

function renew(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `Renew the ${world.drug} for ${world.pet}, two refills, if the last check is less than ` +
        `half a year ago.`,
      `${world.pet} is out of ${world.drug}. Check the notes and renew it for two more packs.`,
    ]),
  )
  findPatient(stage, world)
  visits(stage, world)
  stage.call(
    'rx.renew',
    { patient_id: world.patientId, drug: world.drug, refills: 2 },
    'renewed: true',
  )
}

function answerOwner(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `Did ${world.owner} write? Tell me what it is about and when ${world.pet} is next in.`,
      `Find the latest mail of ${world.owner} and compare it with ${world.pet}'s appointment on ` +
        `${world.dateSaid}.`,
    ]),
  )
  const id = `m${world.random.digits(5)}`
  stage.call('inbox.search', { query: world.owner }, [
    { id, from: world.ownerMail, subject: `${world.pet} again`, date: '2026-04-08' },
    {
      id: `m${world.random.digits(5)}`,
      from: world.ownerMail,
      subject: 'Thank you!',
      date: '2026-02-19',
    },
  ])
  const body = stage.slot(
    `Hello, ${world.pet} is eating again but still scratches at night. Is ${world.time} on ` +
      `${world.dateSaid} still right? ${world.owner}`,
  )
  stage.call(
    'inbox.open',
    { mail_id: id },
    `From: ${world.ownerMail}\nSubject: ${world.pet} again\n\n${body}`,
    {
      principal: world.ownerMail,
    },
  )
  openAppointment(stage, world)
}

function refund(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `We charged ${world.owner} twice. Refund ${world.amount} on the newer invoice.`,
      `Please pay back ${world.amount}.00 to ${world.owner}, the flea treatment was billed twice.`,
    ]),
  )
  lookUpOwner(stage, world)
  stage.call('invoices.open', { owner_id: world.ownerId }, [
    { invoice: world.invoice, total: world.amount, memo: stage.slot('second booking, same day') },
    { invoice: `RE-26-${world.random.digits(4)}`, total: world.amount, memo: '' },
  ])
  stage.call(
    'invoices.refund',
    { invoice: world.invoice, amount: world.amount },
    { status: 'issued' },
  )
}

function restock(...[stage, world]: Parameters<Play>): void {
  const quantity = world.random.int(2, 12)
  stage.user(
    stage.random.pick([
      `How much ${world.drug} is left? Order ${quantity} boxes if fewer than five.`,
      `Stock check on ${world.drug}, and reorder ${quantity} when we are low.`,
    ]),
  )
  stage.call('stock.query', { item: world.drug }, [
    {
      sku: world.sku,
      item: world.drug,
      left: world.random.int(0, 4),
      remark: stage.slot('cold chain'),
    },
    { sku: `VW-${world.random.digits(5)}`, item: `${world.drug} forte`, left: 9, remark: '' },
  ])
  stage.call('stock.order', { sku: world.sku, quantity }, `order: PO${world.random.digits(6)}`)
}

function sendSummary(...[stage, world]: Parameters<Play>): void {
  stage.user(
    stage.random.pick([
      `Mail ${world.owner} a short summary of ${world.pet}'s last visit.`,
      `Write to ${world.owner} what we found at ${world.pet}'s last visit, in plain words.`,
    ]),
  )
  findPatient(stage, world)
  visits(stage, world)
  lookUpOwner(stage, world)
  const text =
    `Dear ${world.owner}, at the last visit we looked at ${world.pet} and found ` +
    `nothing worrying.`
  stage.call('inbox.send', { to: world.ownerMail, subject: `About ${world.pet}`, text }, 'queued')
}

function readProtocol(...[stage, world]: Parameters<Play>): void {
  const path = `/protocols/${world.random.pick(['isoflurane', 'parvo', 'triage', 'euthanasia'])}.md`
  stage.user(
    stage.random.pick([
      `What does ${path} say about fasting before surgery?`,
      `Read ${path} and list the doses for a patient like ${world.pet}.`,
    ]),
  )
  const paragraphs = Array.from(
    { length: world.random.chance(0.4) ? 150 : 5 },
    (_, index) => `${index + 1}. ${world.random.pick(HISTORY)} ${world.random.pick(ORDERS)}`,
  )
  paragraphs.splice(world.random.int(1, paragraphs.length - 1), 0, stage.slot('Revised in March.'))
  stage.call('files.read', { path }, paragraphs.join('\n'))
  findPatient(stage, world)
}
