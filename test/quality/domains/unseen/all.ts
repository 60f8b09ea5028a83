import type { Domain } from '../domain.ts'
import { library } from './library.ts'
import { tenancy } from './tenancy.ts'

/** The domains that stay out of training, always. */
export const unseenDomains: readonly Domain[] = [library, tenancy]
