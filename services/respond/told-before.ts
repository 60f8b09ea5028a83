import type { StateChange } from '#domain/stage.ts'

const KEY_PREFIX = 't/'

/**
 * Revisions on the log of what is not known here: a predecessor told them after the checkpoint that
 * this state is of. What is told again must be newer, or nobody hears it. By key of the case or id
 * of the restriction; an entry goes when it is outdone.
 */
export class ToldBefore {
  readonly #revisions = new Map<string, number>()
  readonly #changed = new Set<string>()

  note(id: string, revision: number): void {
    if (revision <= this.revisionOf(id)) return
    this.#revisions.set(id, revision)
    this.#changed.add(id)
  }

  /** 0 where nothing was told. */
  revisionOf(id: string): number {
    return this.#revisions.get(id) ?? 0
  }

  outdone(id: string): void {
    if (this.#revisions.delete(id)) this.#changed.add(id)
  }

  takeChanges(): StateChange[] {
    const changed = [...this.#changed].sort()
    this.#changed.clear()
    return changed.map((id) => ({ key: KEY_PREFIX + id, body: this.#revisions.get(id) }))
  }

  owns(key: string): boolean {
    return key.startsWith(KEY_PREFIX)
  }

  restore(key: string, body: unknown): void {
    this.#revisions.set(key.slice(KEY_PREFIX.length), body as number)
  }
}
