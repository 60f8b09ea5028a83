import { wordHash } from './hashing.ts'
import { tokensOf } from './tokens.ts'

/** Words of requests and of names of tools that stand for each other: a line, one concept. */
const CONCEPTS = `
  user member person people account colleague employee contact participant guest attendee teammate
  channel room group space conversation thread
  message post chat note dm text reply comment
  email mail letter inbox mailbox
  file document doc attachment
  folder directory drive
  event appointment meeting
  calendar agenda planner diary
  create make new open start draft compose
  add insert append include attach put enter register
  delete remove erase discard drop clear purge trash
  cancel void revoke withdraw annul abort
  update edit change modify alter adjust amend revise set
  send deliver dispatch transmit forward
  pay transfer wire remit settle payment transaction money fund
  invoice bill charge
  invite enroll enrol onboard admit join
  book reserve reservation booking
  hotel lodging inn accommodation
  restaurant diner eatery
  flight airfare plane
  car vehicle auto
  price cost rate fare fee
  rating score rank review
  get fetch retrieve read load view show display list lookup look find search query check
  website webpage page site url web link
  password passphrase passcode credential login
  task todo ticket issue job
  order purchase buy
  address location place street venue
  schedule plan queue
  move shift reschedule postpone
  close resolve finish complete
  approve accept confirm authorise authorize
  assign allocate delegate
  upload publish share release
  refund reimburse repay
  report summary overview`

/** Stem of a word to what its concept is compared by; the first line that lists a word has it. */
const CONCEPT_BY_STEM = new Map<number, number>(
  CONCEPTS.trim()
    .split('\n')
    .toReversed()
    .flatMap((line, index) =>
      tokensOf(line).map(({ hash }): [number, number] => [hash, wordHash(`concept ${index}`)]),
    ),
)

/** What the concept of the word with this stem is compared by; undefined: it has none here. */
export function conceptOf(stem: number): number | undefined {
  return CONCEPT_BY_STEM.get(stem)
}
