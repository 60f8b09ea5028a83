/** What can be compared with a value of a rule. */
export type Scalar = string | number | boolean

/**
 * What stands in an event under a name: the key that is spelled so, else the dotted path. A path
 * through a list gives the list of what its elements hold: undefined where none has the member,
 * null where each that has it holds null.
 */
export function valueAt(event: unknown, name: string): unknown {
  if (isRecord(event) && Object.hasOwn(event, name)) return event[name]
  return walk(event, name.split('.'))
}

/** The scalars of a value: itself, or those of its elements, lists in lists too. */
export function scalarsOf(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(scalarsOf)
  return isScalar(value) ? [value] : []
}

/** Every scalar anywhere in an event; names are not among them. */
export function leavesOf(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  if (isRecord(value)) return Object.values(value).flatMap(leavesOf)
  return isScalar(value) ? [value] : []
}

/** Whether a value is a map. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The number that a scalar is or spells in decimal, without spaces; undefined for any other. */
export function numberOf(scalar: unknown): number | undefined {
  if (typeof scalar === 'number') return scalar
  if (typeof scalar !== 'string') return undefined
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(scalar) ? Number(scalar) : undefined
}

function walk(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (Array.isArray(value)) return gather(value, path)
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined
  return walk(value[name], rest)
}

function gather(elements: readonly unknown[], path: readonly string[]): unknown {
  const found = elements.map((element) => walk(element, path)).filter((each) => each !== undefined)
  if (found.length === 0) return undefined
  return found.every((each) => each === null) ? null : found
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
