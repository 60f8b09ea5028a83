import { DATA_FORMATS } from '../../../services/collect/normalize/data/formats.ts'
import type { Format } from '../../../services/collect/normalize/format.ts'
import { MODEL_FORMATS } from '../../../services/collect/normalize/model/formats.ts'
import { NETWORK_FORMATS } from '../../../services/collect/normalize/network/formats.ts'

/**
 * Every format of a product's logs: what a list holds is tested here and measured by
 * `npm run bench:formats`.
 */
export const ALL_FORMATS: readonly Format[] = [
  ...DATA_FORMATS,
  ...NETWORK_FORMATS,
  ...MODEL_FORMATS,
]
