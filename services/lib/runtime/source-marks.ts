import type { Source } from '#domain/headers.ts'

type Mark = { offset: number; ordinal: number }

/** What survives a restart. */
export type MarksState = [mark: string, offset: number, ordinal: number][]

/**
 * Knows derived records again (time.md, The same record twice): per input partition, writer and
 * source partition the highest source seen. Bounded by writers times partitions.
 */
export class SourceMarks {
  readonly #marks = new Map<string, Mark>()

  /** Whether this source, or a later one of its partition, was remembered on this partition. */
  hasSeen(partitionId: string, source: Source): boolean {
    const mark = this.#marks.get(markName(partitionId, source))
    if (mark === undefined || source.offset > mark.offset) return false
    return source.offset < mark.offset || source.ordinal <= mark.ordinal
  }

  remember(partitionId: string, source: Source): void {
    const { offset, ordinal } = source
    this.#marks.set(markName(partitionId, source), { offset, ordinal })
  }

  save(): MarksState {
    return [...this.#marks].map(([name, mark]) => [name, mark.offset, mark.ordinal])
  }

  restore(state: MarksState): void {
    for (const [name, offset, ordinal] of state) this.#marks.set(name, { offset, ordinal })
  }
}

function markName(partitionId: string, source: Source): string {
  return `${partitionId} ${source.writer} ${source.topic} ${source.partition}`
}
