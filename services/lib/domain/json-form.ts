import assert from 'node:assert/strict'

import {
  enumForm,
  fail,
  SCALARS,
  TIME,
  type Form,
  type JsonFormReason,
  type Note,
} from './json-scalars.ts'

export type { JsonFormReason } from './json-scalars.ts'

/** A value of JSON, as `JSON.parse` gives it. */
export type JsonObject = { [name: string]: unknown }

/** A record, or what is wrong: `field` is a path of our own names, never one of the input's. */
type FromJson<Value> =
  | { ok: true; value: Value; unknownFieldCount: number }
  | { ok: false; reason: JsonFormReason; field: string }

/** Both directions between records of one schema and their JSON form. */
export type JsonForm<Value> = {
  /** Keys sorted, nulls absent, times as RFC 3339 with microseconds, bytes as base64. */
  toJson(value: Value): JsonObject
  /** Never throws; the object may come from anyone. Null and absent are the same. */
  fromJson(json: unknown): FromJson<Value>
}

export type JsonFormOptions = {
  /** Where the schema has a map `extra`, keep fields it does not name there as JSON text. */
  keepsUnknown?: boolean
  /** Fields that are neither read nor kept nor counted. */
  ignores?: readonly string[]
  /** Required fields that may be absent; they are null then, and the caller fills them in. */
  mayLack?: readonly string[]
}

/** Deeper values are refused before `JSON.stringify` would overflow the stack. */
const DEPTH_MAX = 256
const EXTRA = 'extra'

/** Compiles an Avro schema (parsed JSON, a record) into its JSON form. */
export function compileJsonForm<Value>(
  schema: object,
  options: JsonFormOptions = {},
): JsonForm<Value> {
  const record = recordForm(schema as RecordSchema, new Map(), options)
  return {
    toJson: (value) => record.write(value) as JsonObject,
    fromJson: (json) => {
      const note: Note = { reason: 'WRONG_TYPE', field: '', unknownFieldCount: 0 }
      const value = record.read(json, note)
      if (value === undefined) return { ok: false, reason: note.reason, field: note.field }
      return { ok: true, value: value as Value, unknownFieldCount: note.unknownFieldCount }
    },
  }
}

/** JSON text of equal bytes for equal values: keys sorted at every level, undefined absent. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as JsonObject
  const members: string[] = []
  for (const name of Object.keys(object).sort())
    if (object[name] !== undefined)
      members.push(`${JSON.stringify(name)}:${canonicalJson(object[name])}`)
  return `{${members.join(',')}}`
}

/** JSON text of a value that came from outside; undefined where it is nested too deep. */
export function boundedJson(value: unknown): string | undefined {
  return isDeeperThan(value, DEPTH_MAX) ? undefined : JSON.stringify(value)
}

type Schema = string | Schema[] | NamedSchema
type NamedSchema = {
  type: Schema
  name?: string
  namespace?: string
  logicalType?: string
  items?: Schema
  values?: Schema
  symbols?: string[]
  fields?: FieldSchema[]
}
type FieldSchema = { name: string; type: Schema; default?: unknown }
type RecordSchema = NamedSchema & { fields: FieldSchema[] }

type Field = { name: string; read: Form['read'] }
type Known = { fields: Map<string, Field>; ignored: Set<string>; keepsExtra: boolean }
type Names = Map<string, Form>

function formOf(schema: Schema, names: Names): Form {
  if (Array.isArray(schema)) return nullableForm(schema, names)
  if (typeof schema === 'string') {
    const form = names.get(schema.split('.').at(-1) ?? schema) ?? SCALARS[schema]
    assert(form !== undefined, `the schema names an unknown type ${schema}`)
    return form
  }
  if (schema.logicalType === 'timestamp-micros') return TIME
  if (schema.type === 'array') return arrayForm(formOf(schema.items ?? 'null', names))
  if (schema.type === 'map') return mapForm(formOf(schema.values ?? 'null', names))
  if (schema.symbols !== undefined) return named(schema, names, enumForm(schema.symbols))
  if (schema.fields !== undefined)
    return named(schema, names, recordForm(schema as RecordSchema, names, {}))
  return formOf(schema.type, names)
}

function named(schema: NamedSchema, names: Names, form: Form): Form {
  if (schema.name !== undefined) names.set(schema.name, form)
  return form
}

/** A union of null and one other type: the null never comes here, absence says it. */
function nullableForm(schema: Schema[], names: Names): Form {
  const others = schema.filter((member) => member !== 'null')
  const [other] = others
  assert(other !== undefined && others.length === 1, 'a union is of null and one other type')
  return formOf(other, names)
}

function recordForm(schema: RecordSchema, names: Names, options: JsonFormOptions): Form {
  const writes = new Map<string, Form['write']>()
  const fields = new Map<string, Field>()
  const required: string[] = []
  const nullOrDefault: [name: string, value: unknown][] = []
  const collections: [name: string, isArray: boolean][] = []
  for (const { name, type, default: byDefault } of schema.fields) {
    const form = formOf(type, names)
    writes.set(name, form.write)
    fields.set(name, { name, read: form.read })
    nullOrDefault.push([name, byDefault ?? null])
    if (byDefault === undefined && options.mayLack?.includes(name) !== true) required.push(name)
    if (typeof byDefault === 'object' && byDefault !== null) {
      assert(Object.keys(byDefault).length === 0, 'a collection is empty by default')
      collections.push([name, Array.isArray(byDefault)])
    }
  }
  const keepsExtra = options.keepsUnknown === true && fields.delete(EXTRA)
  for (const name of options.ignores ?? []) fields.delete(name)
  const known: Known = { fields, ignored: new Set(options.ignores), keepsExtra }
  // Parsed and not assigned: so V8 keeps it in its fast form, and copying it costs a sixth.
  const template = JSON.parse(JSON.stringify(Object.fromEntries(nullOrDefault))) as JsonObject
  const sorted = [...writes].sort(([left], [right]) => (left < right ? -1 : 1))
  return {
    write: (value) => writeRecord(sorted, value as JsonObject),
    read: (json, note) => {
      if (!isObject(json)) return fail(note, 'NOT_AN_OBJECT')
      const record = { ...template }
      for (const [name, isArray] of collections) record[name] = isArray ? [] : {}
      if (!readFields(json, record, known, note)) return undefined
      for (const name of required)
        if (record[name] === null) return fail(note, 'MISSING_FIELD', name)
      return record
    },
  }
}

function readFields(json: JsonObject, record: JsonObject, known: Known, note: Note): boolean {
  for (const name of Object.keys(json)) {
    const value = json[name]
    const field = known.fields.get(name)
    if (field !== undefined) {
      if (value === null) continue
      const read = field.read(value, note)
      if (read === undefined) {
        note.field = note.field === '' ? field.name : `${field.name}.${note.field}`
        if (note.reason === 'NOT_AN_OBJECT') note.reason = 'WRONG_TYPE'
        return false
      }
      record[field.name] = read
    } else if (known.ignored.has(name)) continue
    else if (!known.keepsExtra) note.unknownFieldCount++
    else if (!keep(record[EXTRA] as JsonObject, name, value, note)) return false
  }
  return true
}

/** Keeps a field nobody knows; an `extra` that is our own export's is taken as it is. */
function keep(extra: JsonObject, name: string, value: unknown, note: Note): boolean {
  if (name === EXTRA && isObject(value)) {
    for (const inner of Object.keys(value))
      if (!keepText(extra, inner, value[inner], note)) return false
    return true
  }
  note.unknownFieldCount++
  const text = boundedJson(value)
  if (text === undefined) return fail(note, 'TOO_DEEP', EXTRA) !== undefined
  put(extra, name.toWellFormed(), text)
  return true
}

function keepText(extra: JsonObject, name: string, value: unknown, note: Note): boolean {
  const text = typeof value === 'string' ? value.toWellFormed() : boundedJson(value)
  if (text === undefined) return fail(note, 'TOO_DEEP', EXTRA) !== undefined
  put(extra, name.toWellFormed(), text)
  return true
}

function writeRecord(sorted: [string, Form['write']][], record: JsonObject): JsonObject {
  const json: JsonObject = {}
  for (const [name, write] of sorted) {
    const value = record[name]
    if (value !== null && value !== undefined) json[name] = write(value)
  }
  return json
}

function arrayForm(items: Form): Form {
  return {
    write: (value) => (value as unknown[]).map(items.write),
    read: (json, note) => {
      if (!Array.isArray(json)) return fail(note, 'WRONG_TYPE')
      const values: unknown[] = []
      for (const item of json) {
        const value = items.read(item, note)
        if (value === undefined) return undefined
        values.push(value)
      }
      return values
    },
  }
}

function mapForm(values: Form): Form {
  return {
    write: (value) => {
      const json: JsonObject = {}
      const map = value as JsonObject
      for (const name of Object.keys(map).sort()) put(json, name, values.write(map[name]))
      return json
    },
    read: (json, note) => {
      if (!isObject(json)) return fail(note, 'WRONG_TYPE')
      const map: JsonObject = {}
      for (const name of Object.keys(json)) {
        const value = values.read(json[name], note)
        if (value === undefined) return undefined
        put(map, name.toWellFormed(), value)
      }
      return map
    },
  }
}

/** Sets a member whatever its name: `__proto__` would else set the prototype. */
function put(target: JsonObject, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value
  else
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

/** Whether a value of JSON is an object, and no array. */
export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function isDeeperThan(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depthMax === 0) return true
  for (const inner of Object.values(value)) if (isDeeperThan(inner, depthMax - 1)) return true
  return false
}
