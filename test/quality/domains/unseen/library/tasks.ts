import type { Task } from '../../domain.ts'
import type { LibraryWorld } from './world.ts'
import { lookUpReader, readLoans, roomAgenda, searchTitle } from './world.ts'

type Played = Parameters<Task<LibraryWorld>['play']>

const VISITOR_INFORMATION = [
  'Returned media go into the hatch on the left.',
  'Reading lamps may be borrowed against a deposit of two coins.',
  'Readers under twelve need a guardian’s signature.',
  'Microfilm is ordered a day ahead and viewed on site.',
]

/** What librarians ask for. */
export const libraryTasks: readonly Task<LibraryWorld>[] = [
  {
    name: 'prolong_all',
    play: (...[stage, world]: Played) => {
      stage.user(
        `${world.reader} is at the counter and wants "${world.title}" for two weeks longer.`,
      )
      readLoans(stage, world)
      stage.call('Loans.Prolong', { barcode: world.barcode, days: 14 }, { due: '2026-10-14' })
    },
  },
  {
    name: 'hold',
    play: (...[stage, world]: Played) => {
      stage.user(`Hold on "${world.title}" for ${world.reader}, the normal edition.`)
      lookUpReader(stage, world)
      searchTitle(stage, world)
      stage.call(
        'Holds.Place',
        { card: world.card, record: world.record },
        { hold: world.holdNo, queue: 2 },
      )
    },
  },
  {
    name: 'availability',
    play: (...[stage, world]: Played) => {
      stage.user(`Have we got "${world.title}", on which shelf, in what condition?`)
      searchTitle(stage, world)
      const shelf = world.random.pick(['2.OG, Lyrik', 'Stack C', 'Foyer'])
      stage.call('Catalogue.Item', { record: world.record }, [
        { barcode: world.barcode, shelf, condition: stage.slot('slightly foxed') },
      ])
    },
  },
  {
    name: 'overcharged',
    play: (...[stage, world]: Played) => {
      stage.user(
        `${world.reader} was overcharged ${world.fee}.00 and would like the sum back. Verify, ` +
          `then reimburse.`,
      )
      lookUpReader(stage, world)
      const entries = [{ on: '2026-08-02', sum: world.fee, why: stage.slot('late return, twice') }]
      stage.call('Fees.Statement', { card: world.card }, { entries })
      stage.call(
        'Fees.Reimburse',
        { card: world.card, sum: world.fee },
        { voucher: world.random.digits(7) },
      )
    },
  },
  {
    name: 'room',
    play: (...[stage, world]: Played) => {
      stage.user(
        `Is the ${world.roomName} taken on ${world.onWritten} at ${world.hour}? If not it is ` +
          `${world.reader}'s.`,
      )
      roomAgenda(stage, world)
      const booking = { room: world.roomName, day: world.on, at: world.hour, for: world.reader }
      stage.call('Rooms.Reserve', booking, 'reserved: true')
    },
  },
  {
    name: 'ready_letter',
    play: (...[stage, world]: Played) => {
      stage.user(`Inform ${world.reader} that "${world.title}" lies ready at the desk.`)
      lookUpReader(stage, world)
      const body = `Your reserved title "${world.title}" lies ready for you for ten days.`
      stage.call('Letters.Dispatch', { recipient: world.letterbox, body }, 'handed over')
    },
  },
  {
    name: 'weed',
    play: (...[stage, world]: Played) => {
      stage.user(
        `Copy ${world.barcode} of "${world.title}" has mould. Find ` +
          `its record and discard the copy.`,
      )
      searchTitle(stage, world)
      stage.call('Catalogue.Item', { record: world.record }, [
        { barcode: world.barcode, condition: stage.slot('mould, bagged') },
      ])
      stage.call('Copies.Discard', { barcode: world.barcode }, '1 copy discarded')
    },
  },
  {
    name: 'visitors_page',
    play: (...[stage, world]: Played) => {
      const page = world.random.pick(['anmeldung', 'opening', 'microfilm', 'enfants'])
      stage.user(
        `Somebody asks about lamps and deposits, it is on our page "${page}". And is ` +
          `"${world.title}" in?`,
      )
      const rows = Array.from({ length: world.random.chance(0.5) ? 140 : 4 }, (_, index) => ({
        paragraph: index + 1,
        text: world.random.pick(VISITOR_INFORMATION),
      }))
      rows.splice(world.random.int(1, rows.length), 0, {
        paragraph: 0,
        text: stage.slot('Revised 2026.'),
      })
      stage.call('Pages.Read', { page }, rows, { principal: 'www.stadtbuch.example' })
      searchTitle(stage, world)
    },
  },
  {
    name: 'correspondence',
    play: (...[stage, world]: Played) => {
      stage.user(`Any post by ${world.reader}? Compare it with the loans on the account.`)
      const text = stage.slot(`Dear library, I think I have returned ${world.secondTitle} already.`)
      stage.call(
        'Letters.Incoming',
        { from: world.reader },
        [{ no: world.letter, by: world.letterbox, text }],
        {
          principal: world.letterbox,
        },
      )
      readLoans(stage, world)
    },
  },
]
