/** One mistake that a check found, as zod tells it; `errors`: those of each form it may have. */
type Problem = {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly errors?: readonly (readonly Problem[])[] | undefined
}

/**
 * Every mistake that a check found, as a reader of the file finds them:
 * `collectors[1].source.port: expected a number; …`. Of what has several forms, those of the form
 * that lacks least.
 */
export function problemsOf({ issues }: { readonly issues: readonly Problem[] }): string {
  return issues.flatMap((issue) => wordsOf(issue, [])).join('; ')
}

function wordsOf(issue: Problem, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path]
  const [closest] = [...(issue.errors ?? [])].sort((one, other) => one.length - other.length)
  if (closest !== undefined && closest.length > 0)
    return closest.flatMap((one) => wordsOf(one, path))
  return [`${placeOf(path)}: ${issue.message}`]
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
  return place.join('').replace(/^\./, '') || 'the document'
}
