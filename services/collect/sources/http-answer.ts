import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'

import { messagesOf, type McpMessage } from '../normalize/mcp-message.ts'
import { eventBoundary, Gate, jsonOf, noBoundary, type Boundary, type Piece } from '../tap/gate.ts'
import { endToEnd } from '../tap/http-headers.ts'
import { inOnePiece } from './one-piece.ts'
import { noteSpent } from '../tap/spent-buffers.ts'
import { dataOf, withData } from '../tap/server-sent-event.ts'

export type AnswerParts = {
  /** The server's. */
  answer: IncomingMessage
  /** The client's. */
  response: ServerResponse
  /** Whether it answers a request of MCP. */
  isMcp: boolean
  /** Whether restrictions are in force; asked for each event of a stream. */
  mustJudge: () => boolean
  /** Whether restrictions look at what results hold. */
  mustRead: () => boolean
  /** Whether messages are told before the last of them passes; else right after. */
  looksFirst: () => boolean
  /** Called before bytes pass; what it returns, once what they tell is written down. */
  onExpecting: () => () => void
  /** Messages that pass. */
  onPassed: (messages: readonly McpMessage[]) => void
  /** What passes in a message's place: nothing where it is empty; undefined: the message. */
  replaced: (message: McpMessage, isCut: boolean) => string | undefined
}

const LIMITS = { lookMaxBytes: 1024 * 1024, holdMaxBytes: 8 * 1024 * 1024 }
const JSON_TYPE = /^application\/json\b/i
const EVENTS_TYPE = /^text\/event-stream\b/i
const DECODERS: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/**
 * Passes a server's answer on as it comes. It is looked at before the last of it passes or right
 * after, and judged first where it must be; what is compressed is looked at beside.
 */
export function passAnswer(parts: AnswerParts): void {
  const { answer, response, isMcp, mustRead } = parts
  const type = answer.headers['content-type'] ?? ''
  const isEvents = EVENTS_TYPE.test(type)
  const isRead = isMcp && (isEvents || JSON_TYPE.test(type))
  const isHeld = isRead && !isEvents && mustRead()
  response.sendDate = false
  const headers = endToEnd(answer.rawHeaders, isHeld ? ['content-length'] : [])
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers)
  if (isEvents) response.flushHeaders()
  const gate = isRead ? gateOf(parts, isEvents, isHeld) : undefined
  let leftBytes = Number(answer.headers['content-length'] ?? NaN)
  let isWrittenDown = (): void => undefined
  answer.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.length
    isWrittenDown()
    isWrittenDown = parts.onExpecting()
    if (gate === undefined) response.write(chunk)
    else gate.push(chunk, leftBytes === 0)
    if (isEvents) isWrittenDown()
    noteSpent(chunk.length)
    if (!response.writableNeedDrain) return
    answer.pause()
    response.once('drain', () => answer.resume())
  })
  answer.on('end', () => {
    const isLast = isHeld || parts.looksFirst() || (isEvents && parts.mustJudge())
    if (!isLast) response.end()
    gate?.end()
    isWrittenDown()
    if (isLast) response.end()
  })
  answer.on('close', () => isWrittenDown())
  answer.on('error', () => response.destroy())
}

function gateOf(parts: AnswerParts, isEvents: boolean, isHeld: boolean): Gate {
  const { answer, response, mustJudge, looksFirst, onPassed } = parts
  const encoding = (answer.headers['content-encoding'] ?? 'identity').toLowerCase()
  const boundary = isEvents ? eventBoundary() : noBoundary()
  const forward = (bytes: Buffer): void =>
    inOnePiece(bytes, (piece, text) => response.write(piece, text))
  if (encoding !== 'identity') return encodedGate(parts, boundary, isEvents, encoding)
  return new Gate({
    boundary,
    holds: isEvents ? mustJudge : () => isHeld,
    looksFirst,
    forward,
    onPassed: (piece) => onPassed(messagesOf(jsonIn(piece, isEvents)).messages),
    judge: (piece) => judge(parts, piece, isEvents),
    ...LIMITS,
  })
}

/** What is compressed passes as it is and is read beside; what must be judged cannot pass so. */
function encodedGate(
  { answer, response, mustJudge, onPassed }: AnswerParts,
  boundary: Boundary,
  isEvents: boolean,
  encoding: string,
): Gate {
  const ignore = (): undefined => undefined
  const reading = new Gate({
    boundary,
    holds: () => false,
    looksFirst: () => false,
    forward: ignore,
    onPassed: (piece) => onPassed(messagesOf(jsonIn(piece, isEvents)).messages),
    judge: ignore,
    ...LIMITS,
  })
  const decoder = DECODERS[encoding]?.()
  decoder?.on('data', (chunk: Buffer) => reading.push(chunk))
  decoder?.on('end', () => reading.end())
  decoder?.on('error', ignore)
  answer.on('end', () => decoder?.end())
  return new Gate({
    boundary: noBoundary(),
    holds: () => false,
    looksFirst: () => false,
    forward: (bytes) => {
      if (mustJudge()) response.destroy()
      else {
        response.write(bytes)
        decoder?.write(bytes)
      }
    },
    onPassed: ignore,
    judge: ignore,
    lookMaxBytes: 0,
    holdMaxBytes: 0,
  })
}

function judge(parts: AnswerParts, piece: Piece, isEvents: boolean): Buffer | undefined {
  const json = jsonIn(piece, isEvents)
  const { messages } = messagesOf(json)
  if (messages.length === 0) return piece.isCut ? undefined : piece.front
  const passing: string[] = []
  let isChanged = piece.isCut
  for (const message of messages) {
    const changed = parts.replaced(message, piece.isCut)
    parts.onPassed(changed === undefined ? [message] : messagesOf(parsed(changed)).messages)
    isChanged ||= changed !== undefined
    if (changed !== undefined && changed !== '') passing.push(changed)
  }
  if (!isChanged) return piece.front
  if (passing.length === 0) return undefined
  const text = Array.isArray(json) ? `[${passing.join(',')}]` : passing.join('')
  return isEvents ? withData(piece, text) : Buffer.from(text)
}

/** The JSON of a body or of an event's data; of what was cut as much as can be read. */
function jsonIn(piece: Piece, isEvents: boolean): unknown {
  if (!isEvents) return jsonOf(piece)
  const data = dataOf(piece)
  return data === undefined ? undefined : jsonOf({ ...piece, front: Buffer.from(data) })
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
