// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/**
 * One entry of a changelog. The entry whose key is ~checkpoint closes a checkpoint: entries before
 * it count from there on.
 */
export type StateEntry = {
  key: string
  /** Of the owner; a lower one than seen before is a zombie's. */
  generation: number
  checkpoint: number
  /** JSON of the state; empty when the key ended. */
  body: Buffer
}
