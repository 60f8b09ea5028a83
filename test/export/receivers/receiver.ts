import type { Trouble } from './http-receiver.ts'

/** Another system, true to its protocol, in this process. */
export type Receiver = {
  /** Settings that lead an example's sink here. */
  settings: Record<string, unknown>
  /** `event uid` of each finding taken, in order, those taken twice twice. */
  taken: string[]
  /** What each finding taken is told apart by there: the receiver's own key, once. */
  keys: ReadonlySet<string>
  /** What was wrong with what came, in words; a sink that keeps to the protocol leaves it empty. */
  complaints: string[]
  cameAtMs: number[]
  close: () => Promise<void>
}

/** Starts one that meets its first requests with these troubles. */
export type StartReceiver = (troubles: Trouble[]) => Promise<Receiver>
