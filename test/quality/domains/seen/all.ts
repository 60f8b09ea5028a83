import type { Domain } from '../domain.ts'
import { clinic } from './clinic.ts'
import { freight } from './freight.ts'
import { hotel } from './hotel.ts'
import { tracker } from './tracker.ts'

/** The domains that models may be trained on. */
export const seenDomains: readonly Domain[] = [clinic, freight, tracker, hotel]
