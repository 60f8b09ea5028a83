import { describe, expect, test } from 'vitest'
import { delegates } from '../../services/observe/delegation.ts'
import { cuesOf, handingOver, MARKS } from '../../services/observe/handing-over.ts'
import { wordHash } from '../../services/observe/hashing.ts'
import { emptyRequest, hearRequest } from '../../services/observe/request.ts'
import { tokensOf } from '../../services/observe/tokens.ts'

const probability = (text: string): number => handingOver(text, tokensOf(text))

function heard(...texts: string[]): ReturnType<typeof emptyRequest> {
  const request = emptyRequest()
  for (const text of texts) hearRequest(request, text, 0, (hash) => hash)
  return request
}

describe('cuesOf', () => {
  const cuesIn = (text: string): string[] =>
    cuesOf(text, tokensOf(text)).map(({ place, stem }) => `${place} ${stem}`)

  test('are words by their stem, what opens a sentence, and the second word, each once', () => {
    const [run, it, now] = ['run', 'it', 'now'].map(wordHash)
    expect(cuesIn('Run it now. Run')).toEqual([
      `anywhere ${run}`,
      `opening ${run}`,
      `anywhere ${it}`,
      `second ${it}`,
      `anywhere ${now}`,
    ])
  })

  test('tell no name and no value apart from another', () => {
    expect(cuesIn('Pay Zoe 40.50')).toEqual(cuesIn('Pay Abdul 7,000'))
    expect(cuesIn('Pay Zoe')).toContain(`anywhere ${wordHash(MARKS.name)}`)
  })

  test('are bounded', () => {
    expect(cuesIn('one two three four '.repeat(5_000)).length).toBeLessThan(10)
  })
})

describe('a message that hands over in words no grammar lists', () => {
  const text = 'I wash my hands of the card, it rests with you now.'

  test('is heard', () => {
    expect(delegates(tokensOf(text))).toBe(false)
    expect(probability(text)).toBeGreaterThan(0.87)
    const request = heard(text)
    expect(request.delegated).toBe(true)
    expect(request.delegating).not.toBe(0)
  })

  test('is not, where it spells out itself what is to be done, or goes on for long', () => {
    expect(heard(`${text} The following: pay 40 to Ann.`).delegated).toBe(false)
    expect(heard(`${text} ${'The red one and the blue one. '.repeat(6)}`).delegated).toBe(false)
  })
})

test.for([
  'Send the red folder to Ann before noon.',
  'What does the letter ask for?',
  'Rename the sheet to totals, by date.',
])('%s hands nothing over', (text) => {
  expect(probability(text)).toBeLessThan(0.5)
  expect(heard(text).delegated).toBe(false)
})
