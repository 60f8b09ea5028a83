/** Which fields stand at a key, and below it. `field` is -1 where none does. */
export type FieldNode = { field: number; children: FieldTree | undefined }
export type FieldTree = Map<string, FieldNode>

/** Lists and objects further down than this are not looked into. */
export const DEPTH_MAX_COUNT = 32

/**
 * Where rules look for a field: the ways to it from the record's root, or nowhere in the record.
 * `undefined` stands for the way of any JSON event.
 */
export type Locate = (field: string) => readonly (readonly string[])[] | 'computed' | undefined

/**
 * Arranges fields by the places they stand at. In any JSON event a name with dots is the key of
 * that very name, else the way through nested objects.
 */
export function fieldTree(names: readonly string[], locate: Locate): FieldTree {
  const root: FieldTree = new Map()
  for (const [field, name] of names.entries()) {
    const located = locate(name)
    if (located === 'computed') continue
    if (located === undefined) {
      nodeAt(root, [name]).field = field
      const steps = name.split('.')
      if (steps.length > 1 && steps.length <= DEPTH_MAX_COUNT) nodeAt(root, steps).field = field
    } else for (const steps of located) nodeAt(root, steps).field = field
  }
  return root
}

function nodeAt(root: FieldTree, steps: readonly string[]): FieldNode {
  let tree = root
  let node: FieldNode | undefined
  for (const step of steps) {
    if (node !== undefined) tree = node.children ??= new Map()
    node = tree.get(step) ?? { field: -1, children: undefined }
    tree.set(step, node)
  }
  return node ?? { field: -1, children: undefined }
}

/** Tells of each field found below a value; lists on the way give all their elements. */
export function walkNested(
  value: unknown,
  tree: FieldTree,
  found: (field: number, value: unknown) => void,
  depth = 0,
): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX_COUNT) return
  if (Array.isArray(value)) {
    for (const element of value) walkNested(element, tree, found, depth + 1)
    return
  }
  for (const key in value) {
    const node = tree.get(key)
    if (node === undefined) continue
    const inner: unknown = Reflect.get(value, key)
    if (node.field >= 0) found(node.field, inner)
    if (node.children !== undefined) walkNested(inner, node.children, found, depth + 1)
  }
}

/** Puts the elements of a list, or the values of an object, on a stack. */
export function pushInner(value: object | null, open: unknown[]): void {
  if (value === null) return
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) open.push(value[index])
  } else for (const key in value) open.push((value as Record<string, unknown>)[key])
}
