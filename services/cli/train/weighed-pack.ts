import { Fault } from '#domain/fault.ts'

/** A pack to train on, and what each of its calls weighs. */
export type WeighedPack = { path: string; weight: number }

/**
 * Reads `PACK` or `PACK=WEIGHT`.
 *
 * @throws Fault BAD_USAGE for a weight of 0.
 */
export function weighedPack(given: string): WeighedPack {
  const match = /^(.+)=(\d{1,4}(?:\.\d{1,4})?)$/.exec(given)
  if (match === null) return { path: given, weight: 1 }
  const [, path = '', weight = ''] = match
  if (Number(weight) > 0) return { path, weight: Number(weight) }
  throw new Fault('BAD_USAGE', `${given}: a pack's weight is above 0`)
}
