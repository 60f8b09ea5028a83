import { MINUTE_US, SECOND_US } from './time.ts'

/** How much event time one bin of activity spans. */
export const ACTIVITY_BIN_US = 5 * MINUTE_US
/** An event is reported as activity before the watermark is so far past it. */
export const ACTIVITY_DELAY_US = 2 * SECOND_US

/** The start of the bin that a moment falls into. */
export function activityBinAt(atUs: number): number {
  return Math.floor(atUs / ACTIVITY_BIN_US) * ACTIVITY_BIN_US
}
