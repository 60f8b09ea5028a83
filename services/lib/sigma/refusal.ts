/** Why a text is no rule; the path leads to the place in the document. */
export class RuleRefusal extends Error {
  readonly path: readonly (string | number)[]

  constructor(reason: string, path: readonly (string | number)[] = []) {
    super(reason)
    this.name = 'RuleRefusal'
    this.path = path
  }
}

/** Why a file, or one document of it, holds no rule this engine runs; `line` counts from 1. */
export type RefusedRule = { file: string; line: number | undefined; reason: string }

/** Runs `read`; its refusal gets the place it happened at. */
export function at<T>(path: readonly (string | number)[], read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    throw new RuleRefusal(`${path.join('.')}: ${refusal.message}`, path)
  }
}
