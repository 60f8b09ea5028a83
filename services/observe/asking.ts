import { hashesOf } from './hashing.ts'

/** After these a `what` asks. */
export const ASKED_BY =
  hashesOf(`does do did is are was were has have can could should would will s am ist
  sind hat haben est sont a es son è sono is zijn`)
/** Words a question opens with. */
export const ASKING =
  hashesOf(`what who whom whose which when where why how wer wann wo warum welche quel
  quelle qui quand où pourquoi comment combien qué quién cuándo dónde cuánto chi quando dove quanto
  wie waar`)
