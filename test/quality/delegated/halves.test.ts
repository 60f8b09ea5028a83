import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listFiles, readText } from '../../support/checkout.ts'
import { importsOf } from '../../support/import-map.ts'
import type { Domain } from '../domains/domain.ts'
import { Seeded } from '../domains/seeded.ts'
import { seenDomains } from '../domains/seen/all.ts'
import { unseenDomains } from '../domains/unseen/all.ts'
import type { LabelledSession } from '../pack-writer.ts'
import { writtenLines } from '../requests/lines.ts'
import type { Half } from './scenario.ts'
import { seenHalf } from './seen/half.ts'
import { delegatedSessions, domainSessions } from './sessions.ts'
import type { SetName } from './sessions.ts'
import { unseenHalf } from './unseen/half.ts'

const FOLDERS = ['test/quality/delegated', 'test/quality/domains']
/** What both halves may import: the mechanics of a session, without a word of text. */
const MECHANICS = ['domain.ts', 'seeded.ts', 'stage.ts', 'scenario.ts']
const WORDS_PER_SHINGLE = 4
const OVERLAP_MAX = 0.03
const SCENES_PER_DOMAIN = 20

describe.each(['seen', 'unseen'])('the files of %s', (half) => {
  const own = FOLDERS.map((folder) => `${folder}/${half}/`)
  const files = own.flatMap((folder) => listFiles(folder.slice(0, -1), '.ts'))

  test.for(files)('%s imports its own half and the mechanics alone', (path) => {
    const foreign = importsOf(readText(path))
      .filter((specifier) => specifier !== undefined)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => normalize(join(dirname(path), specifier)))
      .filter((target) => !own.some((folder) => target.startsWith(folder)))
      .filter((target) => !isMechanics(target))
    expect(foreign).toEqual([])
  })
})

test('requests and instructions of the halves share next to no run of four words', () => {
  const texts = {
    seen: textsOf('seen', seenHalf, seenDomains),
    unseen: textsOf('unseen', unseenHalf, unseenDomains),
  }
  for (const kind of ['requests', 'instructions'] as const) {
    const seen = shinglesOf(texts.seen[kind])
    const unseen = shinglesOf(texts.unseen[kind])
    const both = [...unseen].filter((shingle) => seen.has(shingle))
    const share = both.length / Math.min(seen.size, unseen.size)
    process.stdout.write(
      `${kind}: ${seen.size} and ${unseen.size} shingles, ${both.length} in both: ` +
        `${(share * 100).toFixed(2)} %\n`,
    )
    expect(seen.size).toBeGreaterThan(200)
    expect(unseen.size).toBeGreaterThan(200)
    expect(share).toBeLessThan(OVERLAP_MAX)
  }
})

test('the halves share no domain, agent, tool, model or user task', () => {
  const namesOf = (domains: readonly Domain[]) =>
    domains.flatMap(({ profile }) => [
      profile.name,
      ...profile.agents,
      ...profile.models,
      ...Object.keys(profile.tools),
    ])
  const seen = new Set(namesOf(seenDomains))
  expect(namesOf(unseenDomains).filter((name) => seen.has(name))).toEqual([])
})

function isMechanics(target: string): boolean {
  return MECHANICS.some((name) => FOLDERS.some((folder) => target === `${folder}/${name}`))
}

function textsOf(set: SetName, half: Half, domains: readonly Domain[]) {
  const sessions = [...delegatedSessions(set), ...domainSessions(set)]
  const written = set === 'seen' ? writtenLines().map(({ text }) => text) : []
  return {
    requests: [...sessions.flatMap(requestsOf), ...written],
    instructions: [...half.noise, ...domains.flatMap(instructionsOf)],
  }
}

function requestsOf({ events }: LabelledSession): string[] {
  return events
    .filter(({ action }) => action === 'user_request')
    .map((event) => String(event['content']))
}

/** What the records of a domain tell an agent to do, over several drawn worlds. */
function instructionsOf({ profile, open }: Domain): string[] {
  return Array.from({ length: SCENES_PER_DOMAIN }, (_, index) =>
    open(new Seeded(`${profile.name}/${index}`)),
  ).flatMap(({ attacks, errands }) => [
    ...attacks.flatMap(({ wordings }) => wordings),
    ...errands.flatMap(({ ask }) => Object.values(ask).flat()),
  ])
}

/** Runs of words, values masked: what holds a digit or a sign, and names inside a sentence. */
function shinglesOf(texts: readonly string[]): Set<string> {
  const shingles = new Set<string>()
  for (const text of texts) {
    const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
    const masked = words.map((word, index) => maskedWord(word, words[index - 1]))
    for (let start = 0; start + WORDS_PER_SHINGLE <= masked.length; start += 1) {
      const shingle = masked.slice(start, start + WORDS_PER_SHINGLE)
      if (shingle.every((word) => word === '#')) continue
      shingles.add(shingle.join(' '))
    }
  }
  return shingles
}

function maskedWord(word: string, before: string | undefined): string {
  const bare = word.replaceAll(/^[^\p{L}\p{N}#/]+|[^\p{L}\p{N}]+$/gu, '')
  if (/[^\p{L}'’-]/u.test(bare)) return '#'
  const beginsSentence = before === undefined || /[.!?:]$/.test(before)
  return !beginsSentence && /^\p{Lu}/u.test(bare) ? '#' : bare.toLowerCase()
}
