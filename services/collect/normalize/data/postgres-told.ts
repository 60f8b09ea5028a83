import type { DataEvent } from '#domain/records/index.ts'

type Action = DataEvent['action']

/** What has been told of the statement that a connection ran last. */
type Told = { statementKey: string; fingerprint: string; actions: Action[] }

/**
 * Remembers, for the connections heard of last, what was told of their last statement, so that a
 * second way of logging it does not tell it twice. Bounded: 400 connections.
 */
export class ToldStatements {
  readonly #bySession = new Map<string, Told>()

  constructor(memory: string) {
    for (const line of memory.split('\n').slice(0, SESSIONS_MAX_COUNT)) {
      const [session = '', statementKey = '', fingerprint = '', ...actions] = line.split(' ')
      if (fingerprint !== '' && line.length <= LINE_MAX_LENGTH)
        this.#bySession.set(session, { statementKey, fingerprint, actions: actions as Action[] })
    }
  }

  /** Notes that an action of a text was told; `statementKey` is pgaudit's, '' else. */
  tell(session: string, statementKey: string, fingerprint: string, action: Action): void {
    const before = this.#bySession.get(session)
    if (before !== undefined) {
      const isSame = before.fingerprint === fingerprint
      before.statementKey = statementKey
      before.fingerprint = fingerprint
      if (!isSame) before.actions = [action]
      else if (!before.actions.includes(action)) before.actions.push(action)
      return
    }
    this.#bySession.set(session, { statementKey, fingerprint, actions: [action] })
    if (this.#bySession.size <= SESSIONS_MAX_COUNT) return
    const [oldest] = this.#bySession.keys()
    if (oldest !== undefined) this.#bySession.delete(oldest)
  }

  /** The fingerprint under which pgaudit told the same statement just before, of another table. */
  fingerprintOf(session: string, statementKey: string): string | undefined {
    const told = this.#bySession.get(session)
    return told?.statementKey === statementKey ? told.fingerprint : undefined
  }

  /** The actions already told of a text; they are told once, so this forgets them. */
  take(session: string, fingerprint: string): readonly Action[] {
    const told = this.#bySession.get(session)
    if (told?.fingerprint !== fingerprint) return []
    this.#bySession.delete(session)
    return told.actions
  }

  memory(): string {
    const lines = [...this.#bySession].map(([session, { statementKey, fingerprint, actions }]) =>
      [session, statementKey, fingerprint, ...actions].join(' '),
    )
    return lines.join('\n')
  }
}

const SESSIONS_MAX_COUNT = 400
const LINE_MAX_LENGTH = 160
