import { HashTable } from './hash-table.ts'
import { hashesOf } from './hashing.ts'
import type { Token } from './token.ts'

/** Words for what reads a text on behalf of somebody. */
const MACHINES = HashTable.ofAll(
  hashesOf(`assistant assistants ai ais llm llms model models chatbot chatbots agent agents bot bots
    copilot copilots gpt automated automation tooling robot robots crawler crawlers parser parsers
    summariser summarisers summarizer summarizers assistent assistenten asistente asistentes
    assistente assistenti assistentes asystent asystenta ki ia agente agenten`),
)
/** Alone before a colon these say what something is: "Model: open frame". */
const THINGS_TOO = HashTable.ofAll(hashesOf('model models agent agents automation automated'))
/** A label is no longer than this. */
const LABEL_MAX_TOKENS = 12
const LABEL_END = /:\s|\s[-\u2013\u2014]{1,2}\s/

/**
 * Where what is told to machines begins, in the sentence of tokens `from` (inclusive) to `to`
 * (exclusive): behind "for automated readers:", "assistants -"; undefined where none is addressed.
 */
export function toldToMachines(
  text: string,
  tokens: readonly Token[],
  from: number,
  to: number,
): number | undefined {
  let isAddressed = false
  for (let index = from; index < Math.min(to - 1, from + LABEL_MAX_TOKENS); index += 1) {
    const [token, next] = [tokens[index], tokens[index + 1]]
    if (token === undefined || next === undefined) return undefined
    isAddressed ||= MACHINES.get(token.full) !== 0
    if (!isAddressed || next.start - token.end < 2) continue
    if (!LABEL_END.test(text.slice(token.end, next.start))) continue
    return index === from && THINGS_TOO.get(token.full) !== 0 ? undefined : index + 1
  }
  return undefined
}
