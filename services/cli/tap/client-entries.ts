import { memberOf, readJsonTree, type JsonNode } from './json-tree.ts'

/** How a client starts a server: what stands before `--` is the tap's. */
export type TapCommand = { command: string; arguments: readonly string[] }

/** A client's configuration, changed, and what became of each of its servers. */
export type Rewritten = { text: string; changed: string[]; left: { name: string; why: string }[] }

type Edit = { start: number; end: number; text: string }
type Entry = { name: string; node: JsonNode; command: JsonNode; args: JsonNode | undefined }

const HOLDERS = new Set(['mcpServers', 'servers'])
const HOLDERS_MAX_DEPTH = 4
const SERVER_OPTION = '--server-id'

/**
 * Puts a tap before every server that a configuration starts on stdio. Servers that have one are
 * left; nothing else of the text changes. Undefined where it is no JSON.
 */
export function withTaps(text: string, tap: TapCommand): Rewritten | undefined {
  return rewrite(text, ({ name, command, args }) => {
    const words = wordsOf(args)
    if (words === undefined || typeof command.value !== 'string') return 'it cannot be read'
    if (isTapped(command.value, words, tap)) return 'it has a tap'
    const behind = [SERVER_OPTION, name, '--', command.value, ...words]
    return { command: tap.command, words: [...tap.arguments, ...behind] }
  })
}

/** Takes the taps out again that `withTaps` put in. */
export function withoutTaps(text: string, tap: TapCommand): Rewritten | undefined {
  return rewrite(text, ({ command, args }) => {
    const words = wordsOf(args) ?? []
    if (!isTapped(String(command.value), words, tap)) return 'it has no tap'
    const [original, ...rest] = words.slice(words.indexOf('--') + 1)
    return original === undefined ? 'it cannot be read' : { command: original, words: rest }
  })
}

function rewrite(
  text: string,
  change: (entry: Entry) => { command: string; words: string[] } | string,
): Rewritten | undefined {
  const tree = readJsonTree(text)
  if (tree === undefined) return undefined
  const edits: Edit[] = []
  const result: Rewritten = { text, changed: [], left: [] }
  for (const { name, node } of serversIn(tree, 0)) {
    const command = memberOf(node, 'command')
    if (command === undefined) {
      result.left.push({ name, why: 'it is not started on stdio' })
      continue
    }
    const args = memberOf(node, 'args')
    const changed = change({ name, node, command, args })
    if (typeof changed === 'string') {
      result.left.push({ name, why: changed })
      continue
    }
    result.changed.push(name)
    const list = JSON.stringify(changed.words)
    const isNew = args === undefined
    const ending = isNew ? `, "args": ${list}` : ''
    edits.push({ ...command, text: JSON.stringify(changed.command) + ending })
    if (args !== undefined) edits.push({ ...args, text: list })
  }
  // The last first, so that the places of the others stay true.
  for (const { start, end, text: replacement } of edits.sort((a, b) => b.start - a.start))
    result.text = result.text.slice(0, start) + replacement + result.text.slice(end)
  return result
}

/** The servers of a configuration, also those of its projects. */
function serversIn(node: JsonNode, depth: number): { name: string; node: JsonNode }[] {
  if (depth > HOLDERS_MAX_DEPTH) return []
  return (node.members ?? []).flatMap(({ name, node: inner }) =>
    HOLDERS.has(name)
      ? (inner.members ?? []).filter((server) => server.node.members !== undefined)
      : serversIn(inner, depth + 1),
  )
}

/** Whether a tap of this program stands before the server, wherever its pipeline is. */
function isTapped(command: string, words: readonly string[], tap: TapCommand): boolean {
  const own = tap.arguments.slice(0, tap.arguments.indexOf('tap') + 1)
  return command === tap.command && own.every((word, index) => words[index] === word)
}

function wordsOf(args: JsonNode | undefined): string[] | undefined {
  if (args === undefined) return []
  const words = args.items?.map(({ value }) => value)
  return words?.every((word) => typeof word === 'string') ? words : undefined
}
