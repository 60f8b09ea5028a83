/** The words of a text in lower case; quotes and line ends do not part them. */
export function wordsOf(text: string): string[] {
  return text.match(/[a-z]+(?:'[a-z]+)?/g) ?? []
}

/** Every run of so many words that follow each other. */
export function chainsOf(words: readonly string[], wordCount: number): Set<string> {
  const chains = new Set<string>()
  for (let at = 0; at + wordCount <= words.length; at += 1)
    chains.add(words.slice(at, at + wordCount).join(' '))
  return chains
}
