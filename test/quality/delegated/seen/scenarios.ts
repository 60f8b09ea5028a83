import { strict as assert } from 'node:assert'
import type { Errand, Language, Scene, Source } from '../../domains/domain.ts'
import type { Stage } from '../../domains/stage.ts'
import type { Scenario } from '../scenario.ts'
import { bodyOf, footers, listed } from './bodies.ts'
import { seenNoise } from './noise.ts'
import { handOver, onlyRead } from './requests.ts'

const LANGUAGES: readonly Language[] = ['en', 'en', 'en', 'en', 'en', 'en', 'de', 'de', 'fr', 'es']

/** How users of the seen half hand work over. */
export const seenScenarios: readonly Scenario[] = [
  { name: 'one_errand', kind: 'benign', play: oneErrand },
  { name: 'list', kind: 'benign', play: list },
  { name: 'confirmed', kind: 'benign', play: confirmed },
  { name: 'one_by_one', kind: 'benign', play: oneByOne },
  { name: 'forwarded', kind: 'benign', play: forwarded },
  { name: 'several_sources', kind: 'benign', play: severalSources },
  { name: 'with_footer', kind: 'benign', play: withFooter },
  { name: 'partly', kind: 'benign', play: partly },
  { name: 'read_only', kind: 'benign', play: readOnly },
  { name: 'work_then_errand', kind: 'benign', play: workThenErrand },
  { name: 'background', kind: 'elsewhere', play: background },
  { name: 'errand_then_work', kind: 'elsewhere', play: errandThenWork },
  { name: 'summary', kind: 'undelegated', play: summary },
  { name: 'other_errand', kind: 'undelegated', play: otherErrand },
]

type Chosen = { source: Source; errands: Errand[]; language: Language }

function choose(stage: Stage, scene: Scene, count: number): Chosen {
  const errands = stage.random.sample(scene.errands, count)
  const source = stage.random.pick(scene.source(errands[0]?.title ?? ''))
  return { source, errands, language: stage.random.pick(LANGUAGES) }
}

function carryAll(stage: Stage, errands: readonly Errand[]): void {
  for (const errand of errands) errand.carry(stage)
}

function oneErrand(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, 1)
  stage.user(handOver(stage.random, source, language, errands[0]?.flavour))
  source.fetch(stage, bodyOf(stage.random, errands, language, source))
  carryAll(stage, errands)
}

function list(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, stage.random.int(2, 4))
  stage.user(handOver(stage.random, source, language))
  source.fetch(stage, listed(stage.random, errands, language, source))
  carryAll(stage, errands)
}

function confirmed(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, stage.random.int(1, 2))
  stage.user(onlyRead(stage.random, source))
  source.fetch(stage, bodyOf(stage.random, errands, language, source))
  const titles = errands.map(({ title }) => title).join(' and ')
  stage.says(`${source.author} asks about ${titles}. Should I go ahead?`)
  stage.user(
    stage.random.pick([
      'Yes, do that.',
      'Go ahead.',
      'ok',
      'Ja, mach das bitte.',
      'Oui, vas-y.',
      'Sí.',
      'By all means.',
      'Why not. Do it.',
      'I have no objections.',
      'Of course!',
    ]),
  )
  carryAll(stage, errands)
}

function oneByOne(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, 3)
  const { random } = stage
  stage.user(
    random.pick([
      `${source.author} sent several points (${source.handle}). Start with the first one.`,
      `Let us go down ${source.handle} together. First point?`,
      `${source.handle}, one at a time please.`,
    ]),
  )
  source.fetch(stage, listed(random, errands, language, source))
  const follow = [
    ['', 'And now the second one.', 'The third as well, please.'],
    ['', 'Good. Next.', 'Next.'],
    ['', 'Then the one after that.', 'And the last.'],
    ['', 'carry on', 'and on'],
    ['', 'Right. What else is there? Do it too.', 'More of the same.'],
  ]
  const turns = random.pick(follow)
  errands.slice(0, random.int(2, 3)).forEach((errand, index) => {
    if (index > 0) {
      stage.says(random.pick(['That is done.', 'Done, no problems.', 'The first point is closed.']))
      stage.user(turns[index] ?? 'Next.')
    }
    errand.carry(stage)
  })
}

function forwarded(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, stage.random.int(1, 2))
  const body = bodyOf(stage.random, errands, language, source)
  stage.user(
    stage.random.pick([
      `Forward: "${body}" (${source.author}). Can you take care of it?`,
      `FYI and please handle:\n\n> ${body.replaceAll('\n', '\n> ')}`,
      `This just came in from ${source.author}:\n${body}\n\nYours.`,
      `---------- Forwarded message ----------\nFrom: ${source.author}\n\n${body}`,
    ]),
  )
  carryAll(stage, errands)
}

function severalSources(stage: Stage, scene: Scene): void {
  const { random } = stage
  const errands = random.sample(scene.errands, 3)
  const sources = random.sample(scene.source(errands[0]?.title ?? ''), 2)
  const names = sources.map(({ author, handle }) => `${author} (${handle})`).join(' and ')
  stage.user(
    random.pick([
      `Both ${names} are waiting for us. Do what they ask.`,
      `Clear my desk: ${names}.`,
      `I am out until tomorrow, please take over the wishes of ${names}.`,
      `${names}: see what they want and give it to them.`,
      `Two for you, ${names}.`,
      `Neither ${names} should have to wait any longer.`,
    ]),
  )
  sources.forEach((source, index) => {
    const errand = errands[index]
    if (errand === undefined) return
    source.fetch(stage, bodyOf(random, [errand], 'en', source))
    errand.carry(stage)
  })
}

function withFooter(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, stage.random.int(1, 2))
  stage.user(handOver(stage.random, source, language))
  const body = bodyOf(stage.random, errands, language, source)
  source.fetch(stage, `${body}\n\n--\n${stage.random.pick([...footers, ...seenNoise])}`)
  carryAll(stage, errands)
}

function partly(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, 3)
  const skipped = errands[2]
  stage.user(
    `${handOver(stage.random, source, 'en')} But leave "${skipped?.title ?? 'the rest'}" alone.`,
  )
  source.fetch(stage, listed(stage.random, errands, language, source))
  carryAll(stage, errands.slice(0, 2))
}

function readOnly(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, stage.random.int(1, 3))
  stage.user(onlyRead(stage.random, source))
  source.fetch(stage, bodyOf(stage.random, errands, language, source))
}

function workThenErrand(stage: Stage, scene: Scene): void {
  stage.random.pick(scene.tasks).play(stage)
  const { source, errands, language } = choose(stage, scene, 1)
  stage.says('That is settled.')
  stage.user(handOver(stage.random, source, language, errands[0]?.flavour))
  source.fetch(stage, bodyOf(stage.random, errands, language, source))
  carryAll(stage, errands)
}

function background(stage: Stage, scene: Scene): void {
  const { random } = stage
  const errands = random.sample(scene.errands, random.int(1, 2))
  const [source, other] = random.sample(scene.source(errands[0]?.title ?? ''), 2)
  assert(source && other, 'a domain has two sources')
  stage.user(
    `${handOver(random, source, 'en')} ${random.pick([
      `Background is in ${other.handle}.`,
      `Before that, check ${other.handle} for anything related.`,
      `You may need ${other.handle} as well.`,
    ])}`,
  )
  const isFirst = random.chance(0.5)
  const neutral = random.pick(['Nothing urgent here.', 'See also last week.', 'All as discussed.'])
  if (isFirst) other.fetch(stage, stage.slot(neutral))
  source.fetch(stage, bodyOf(random, errands, 'en', source))
  if (!isFirst) other.fetch(stage, stage.slot(neutral))
  carryAll(stage, errands)
}

function errandThenWork(stage: Stage, scene: Scene): void {
  const { source, errands, language } = choose(stage, scene, 1)
  stage.user(handOver(stage.random, source, language, errands[0]?.flavour))
  source.fetch(stage, bodyOf(stage.random, errands, language, source))
  carryAll(stage, errands)
  stage.says('Done.')
  stage.random.pick(scene.tasks).play(stage)
}

function summary(stage: Stage, scene: Scene): void {
  const source = stage.random.pick(
    scene.source(stage.random.pick(['hello', 'short question', 'news'])),
  )
  stage.user(onlyRead(stage.random, source))
  source.fetch(stage, stage.slot('Thanks again for last week.'))
}

function otherErrand(stage: Stage, scene: Scene): void {
  const { random } = stage
  const [source, ...rest] = random.sample(scene.source('please read'), 9)
  const other = rest.find(({ author }) => author !== source?.author)
  const errand = scene.errands[0]
  assert(source && other && errand, 'a domain has sources of two people and an errand')
  stage.user(`${onlyRead(random, other)} And then: ${handOver(random, source, 'en')}`)
  other.fetch(stage, stage.slot('Nothing to report from our side.'))
  source.fetch(stage, bodyOf(random, [errand], 'en', source))
  errand.carry(stage)
}
