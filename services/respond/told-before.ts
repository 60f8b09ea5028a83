import { Kept } from '#domain/kept.ts'

const KEY_PREFIX = 't/'
const REVISIONS_MAX_COUNT = 100_000

/**
 * Revisions on the log of what is not known here: a predecessor told them after the checkpoint that
 * this state is of. What is told again must be newer, or nobody hears it. By key of the case or id
 * of the restriction; an entry is deleted when it is outdone.
 */
export class ToldBefore extends Kept<number> {
  constructor() {
    super(KEY_PREFIX, REVISIONS_MAX_COUNT)
  }

  note(id: string, revision: number): void {
    if (revision > this.revisionOf(id)) this.set(id, revision)
  }

  /** 0 where nothing was told. */
  revisionOf(id: string): number {
    return this.get(id) ?? 0
  }
}
