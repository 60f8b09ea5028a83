const SAID_MAX_COUNT = 20

/** Lines of an input that hold no event: the first are named on standard error, all are counted. */
export type LinesNote = { add(lineNumber: number, reason: string): void; count(): number }

/** Notes of one input. */
export function createLinesNote(path: string): LinesNote {
  let count = 0
  return {
    add: (lineNumber, reason) => {
      count += 1
      if (count <= SAID_MAX_COUNT) process.stderr.write(`${path}:${lineNumber}: ${reason}\n`)
      else if (count === SAID_MAX_COUNT + 1) process.stderr.write(`${path}: more such lines\n`)
    },
    count: () => count,
  }
}
