import OpenAI from 'openai'

import type { LayeredStage } from '../layered-stage.ts'
import { startScriptedModel, type ScriptStep } from './scripted-model.ts'
import { traceContext } from './traced-model.ts'

const MODEL = 'scripted-1'
const STEPS_MAX_COUNT = 10
/** Between a server's name and its tool's, in the name that a model calls. */
const SEPARATOR = '__'

type Messages = OpenAI.ChatCompletionMessageParam[]

/**
 * Has a stage's agent answer a question as a scripted model decides, step by step: its calls of the
 * model and of tools are one trace. Resolves to the answer, once all has been told.
 */
export async function converse(
  stage: LayeredStage,
  question: string,
  script: readonly ScriptStep[],
): Promise<string> {
  const { agent, telemetry } = stage
  const model = await startScriptedModel(script)
  const client = new OpenAI({ baseURL: model.baseUrl, apiKey: 'scripted', maxRetries: 0 })
  try {
    await agent.asked(question)
    return await telemetry.tracer.startActiveSpan('turn', async (span) => {
      try {
        return await answered(stage, client, [{ role: 'user', content: question }])
      } finally {
        span.end()
      }
    })
  } finally {
    await telemetry.flush()
    await model.stop()
  }
}

async function answered(stage: LayeredStage, client: OpenAI, messages: Messages): Promise<string> {
  for (let step = 0; step < STEPS_MAX_COUNT; step += 1) {
    const { choices } = await client.chat.completions.create({ model: MODEL, messages })
    const message = choices[0]?.message
    if (message === undefined) throw new Error('the model gave no answer')
    messages.push(message)
    if (message.tool_calls === undefined) return message.content ?? ''
    for (const call of message.tool_calls) messages.push(await called(stage, call))
    // The next call of a real model comes later than what the taps tell of this one.
    await stage.delivered()
  }
  throw new Error(`the model wants more than ${STEPS_MAX_COUNT} steps`)
}

async function called(
  { agent }: LayeredStage,
  call: OpenAI.ChatCompletionMessageToolCall,
): Promise<OpenAI.ChatCompletionToolMessageParam> {
  if (call.type !== 'function') throw new Error(`the model calls a ${call.type}`)
  const [server = '', tool = ''] = call.function.name.split(SEPARATOR)
  const values = JSON.parse(call.function.arguments) as Record<string, unknown>
  const { outcome, text } = await agent.call(server, tool, values, traceContext())
  if (outcome !== 'done') throw new Error(`the call was ${outcome}: ${text}`)
  return { role: 'tool', tool_call_id: call.id, content: text }
}
