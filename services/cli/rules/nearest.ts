const NAMES_MAX_COUNT = 3
const NAME_MAX_CHARS = 100

/** The names most like this one, the nearest first; none where nothing is like it. */
export function nearestNames(name: string, names: Iterable<string>): string[] {
  const wanted = name.slice(0, NAME_MAX_CHARS).toLowerCase()
  const farthest = Math.max(2, Math.floor(wanted.length / 3))
  const near = [...new Set(names)].flatMap((other) => {
    const known = other.slice(0, NAME_MAX_CHARS).toLowerCase()
    const isPart = wanted.length >= 3 && known.includes(wanted)
    const edits = isPart ? 0 : editsBetween(wanted, known)
    return edits > farthest ? [] : [{ other, edits }]
  })
  near.sort((left, right) => left.edits - right.edits || (left.other < right.other ? -1 : 1))
  return near.slice(0, NAMES_MAX_COUNT).map(({ other }) => other)
}

/** Letters to add, drop or replace, to make the one of the other (Levenshtein). */
function editsBetween(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      const dropped = (previous[column] ?? 0) + 1
      const added = (current[column - 1] ?? 0) + 1
      current.push(Math.min(replaced, dropped, added))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
