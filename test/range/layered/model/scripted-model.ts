import { createServer, type IncomingMessage } from 'node:http'

/** What is said to a model so far, as OpenAI's chat completions have it. */
export type ChatMessage = { role: string; content?: unknown }

/** What a script has a model answer: words, or a call of a tool. */
type ScriptedAnswer =
  | { text: string }
  | { tool: string; arguments: Readonly<Record<string, string>> }

/** One step of a script: the model's answer to everything said so far. */
export type ScriptStep = (messages: readonly ChatMessage[]) => ScriptedAnswer

/** An endpoint at which a model answers by a script, and no other. */
export type ScriptedModel = { baseUrl: string; stop: () => Promise<void> }

/** Starts an endpoint of chat completions whose n-th answer is the script's n-th step. */
export async function startScriptedModel(script: readonly ScriptStep[]): Promise<ScriptedModel> {
  let answersCount = 0
  const answered = async (asked: IncomingMessage): Promise<string> => {
    const { messages } = JSON.parse(await bodyOf(asked)) as { messages: ChatMessage[] }
    const step = script[answersCount]
    answersCount += 1
    if (step === undefined) throw new Error('the script has ended')
    return JSON.stringify(completion(answersCount, step(messages)))
  }
  const server = createServer((asked, answer) => {
    answered(asked).then(
      (body) => answer.setHeader('content-type', 'application/json').end(body),
      (error: unknown) => answer.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function bodyOf(asked: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of asked) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

function completion(id: number, answer: ScriptedAnswer): object {
  const message =
    'text' in answer
      ? { role: 'assistant', content: answer.text }
      : { role: 'assistant', content: null, tool_calls: [toolCall(id, answer)] }
  const finish_reason = 'text' in answer ? 'stop' : 'tool_calls'
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: 'scripted-1',
    choices: [{ index: 0, message, finish_reason }],
    usage: { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 },
  }
}

function toolCall(
  id: number,
  { tool, arguments: values }: Exclude<ScriptedAnswer, { text: string }>,
): object {
  return {
    id: `call-${id}`,
    type: 'function',
    function: { name: tool, arguments: JSON.stringify(values) },
  }
}
