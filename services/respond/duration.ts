import { SECOND_US } from '#domain/time.ts'

const UNITS_US: Record<string, number> = {
  s: SECOND_US,
  m: 60 * SECOND_US,
  h: 3_600 * SECOND_US,
  d: 86_400 * SECOND_US,
}

/** Microseconds of `30s`, `5m`, `4h`, `7d`; undefined where the text is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text)
  const unitUs = UNITS_US[match?.[2] ?? '']
  return match === null || unitUs === undefined ? undefined : Number(match[1]) * unitUs
}
