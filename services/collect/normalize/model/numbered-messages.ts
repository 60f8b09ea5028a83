import type { Attributes, AttributeValue } from '../otlp/attributes.ts'

type Node = { [name: string]: Node | AttributeValue }

/**
 * Messages that were written as one attribute a field (`llm.output_messages.0.message.content`,
 * `gen_ai.completion.0.content`), in their order; none where no attribute begins with `prefix`.
 */
export function numberedMessages(attributes: Attributes, prefix: string): unknown[] {
  const root: Node = Object.create(null) as Node
  let count = 0
  for (const [name, value] of attributes) {
    if (!name.startsWith(prefix)) continue
    count += 1
    if (count > ATTRIBUTES_MAX_COUNT) break
    put(root, name.slice(prefix.length).split('.', STEPS_MAX_COUNT), value)
  }
  return count === 0 ? [] : listOf(root).map(unwrapped)
}

const ATTRIBUTES_MAX_COUNT = 2_048
const STEPS_MAX_COUNT = 12

function put(root: Node, steps: readonly string[], value: AttributeValue): void {
  let node = root
  for (const step of steps.slice(0, -1)) {
    const inner = node[step]
    const isNode = typeof inner === 'object' && !Array.isArray(inner)
    const next: Node = isNode ? (inner as Node) : (Object.create(null) as Node)
    node[step] = next
    node = next
  }
  node[steps.at(-1) ?? ''] = value
}

/** The members with numbers for names, in the order of the numbers. */
function listOf(node: Node | AttributeValue | undefined): unknown[] {
  if (typeof node !== 'object') return []
  return Object.entries(node)
    .filter(([name]) => /^\d{1,4}$/.test(name))
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, inner]): unknown => inner)
}

/** OpenInference wraps what it numbers once more: `message`, `message_content`, `tool_call`. */
function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const node = value as Node
  const message = (typeof node['message'] === 'object' ? node['message'] : node) as Node
  const contents = listOf(message['contents']).map((one) => inside(one, 'message_content'))
  const calls = listOf(message['tool_calls']).map((one) => inside(one, 'tool_call'))
  return {
    role: message['role'],
    finish_reason: message['finish_reason'],
    refusal: message['refusal'],
    content: contents.length > 0 ? contents.filter(isTold) : message['content'],
    tool_calls: calls,
  }
}

function inside(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  return (value as Node)[name] ?? value
}

/** Contents that are calls are told once more among the calls. */
function isTold(content: unknown): boolean {
  return typeof content === 'object' && content !== null && Reflect.get(content, 'type') === 'text'
}
