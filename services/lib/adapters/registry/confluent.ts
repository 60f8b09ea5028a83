import { setTimeout as wait } from 'node:timers/promises'

import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'

import type { SchemaIds } from '#domain/codec.ts'
import { Fault } from '#domain/fault.ts'
import { isSafeSchema } from './safe-schema.ts'

/** Readers of old records stay able to read them all. */
const WANTED = COMPATIBILITY.BACKWARD_TRANSITIVE
/** What an operator may have chosen instead: it promises as much and more. */
const STRICTER = COMPATIBILITY.FULL_TRANSITIVE
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'
const REQUEST_MAX_MS = 5_000
const ATTEMPT_MAX_COUNT = 4
const FIRST_DELAY_MS = 100
const NOT_FOUND = 404

export type ConfluentSettings = {
  /** Base of the Confluent API. A user and a password may stand in it. */
  url: string
  username?: string
  password?: string
}

type Endpoint = { url: string; authorization: string | undefined; registry: SchemaRegistry }
type Answer = { status: number; body: { schema?: string; compatibilityLevel?: string } }

/**
 * Ids from a Schema Registry that speaks the Confluent API. Subjects get BACKWARD_TRANSITIVE,
 * unless they are stricter already. Writer schemas that could not be decoded safely count as
 * unknown.
 */
export function confluentSchemaIds(settings: ConfluentSettings): SchemaIds {
  const endpoint = toEndpoint(settings)
  return {
    register: (subject, schema) => register(endpoint, subject, schema),
    lookUp: (id) => lookUp(endpoint, id),
  }
}

async function register(endpoint: Endpoint, subject: string, schema: object): Promise<number> {
  const compatibility = await prepareSubject(endpoint, subject)
  const confluentSchema = { type: SchemaType.AVRO, schema: JSON.stringify(schema) } as const
  try {
    const { id } = await endpoint.registry.register(confluentSchema, {
      subject,
      compatibility,
    })
    return id
  } catch (cause) {
    const { status } = cause as { status?: number }
    throw status === undefined ? refused(subject, cause) : faultOfStatus(status, subject, cause)
  }
}

/**
 * Makes sure of a subject's compatibility before it exists: Apicurio answers for a subject without
 * one with the registry's own, and then the client refuses to register.
 */
async function prepareSubject(endpoint: Endpoint, subject: string): Promise<COMPATIBILITY> {
  const path = `/config/${encodeURIComponent(subject)}`
  const found = await ask(endpoint, 'GET', path)
  const level = found.body.compatibilityLevel?.toUpperCase()
  if (level === STRICTER) return STRICTER
  if (level === WANTED) return WANTED
  const changed = await ask(endpoint, 'PUT', path, { compatibility: WANTED })
  if (changed.status >= 400) throw faultOfStatus(changed.status, subject)
  return WANTED
}

async function lookUp(endpoint: Endpoint, id: number): Promise<object | undefined> {
  const { status, body } = await ask(endpoint, 'GET', `/schemas/ids/${id}`)
  if (status === NOT_FOUND) return undefined
  if (status >= 400) throw faultOfStatus(status, `schema ${id}`)
  const schema = parse(body.schema)
  return isSafeSchema(schema) ? schema : undefined
}

/** Asks, and asks again while the registry is away or overloaded. */
async function ask(
  endpoint: Endpoint,
  method: 'GET' | 'PUT',
  path: string,
  content?: object,
): Promise<Answer> {
  const request = content === undefined ? { method } : { method, body: JSON.stringify(content) }
  let lastError: unknown
  for (let attempt = 0; attempt < ATTEMPT_MAX_COUNT; attempt++) {
    if (attempt > 0) await wait(FIRST_DELAY_MS * 2 ** attempt)
    try {
      const response = await fetch(`${endpoint.url}${path}`, {
        ...request,
        headers: headersOf(endpoint),
        signal: AbortSignal.timeout(REQUEST_MAX_MS),
      })
      const body = (parse(await response.text()) ?? {}) as Answer['body']
      if (response.status < 500) return { status: response.status, body }
      lastError = new Error(`the registry answers with status ${response.status}`)
    } catch (error) {
      lastError = error
    }
  }
  throw unavailable(lastError)
}

function toEndpoint(settings: ConfluentSettings): Endpoint {
  const parsed = new URL(settings.url)
  const username = settings.username ?? decodeURIComponent(parsed.username)
  const password = settings.password ?? decodeURIComponent(parsed.password)
  parsed.username = ''
  parsed.password = ''
  const url = parsed.href.replace(/\/$/, '')
  if (username === '')
    return { url, authorization: undefined, registry: new SchemaRegistry({ host: url }) }
  const credentials = Buffer.from(`${username}:${password}`).toString('base64')
  const registry = new SchemaRegistry({ host: url, auth: { username, password } })
  return { url, authorization: `Basic ${credentials}`, registry }
}

function headersOf({ authorization }: Endpoint): Record<string, string> {
  const headers = { accept: CONTENT_TYPE, 'content-type': CONTENT_TYPE }
  return authorization === undefined ? headers : { ...headers, authorization }
}

function parse(text: string | undefined): object | undefined {
  try {
    const value = JSON.parse(text ?? '') as unknown
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function faultOfStatus(status: number, what: string, cause?: unknown): Fault {
  if (status === 409 || status === 422) return refused(what, cause)
  if (status === 401 || status === 403)
    return new Fault('BAD_SETTINGS', `The schema registry refuses this user for ${what}`, { cause })
  return unavailable(cause ?? new Error(`the registry answers with status ${status}`))
}

function refused(what: string, cause?: unknown): Fault {
  const reason = 'change it compatibly, or give it a new topic version'
  return new Fault('SCHEMA_REFUSED', `The registry refuses the schema of ${what}: ${reason}`, {
    cause,
  })
}

function unavailable(cause: unknown): Fault {
  return new Fault('REGISTRY_UNAVAILABLE', 'The schema registry does not answer', { cause })
}
