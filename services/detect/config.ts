import { z } from 'zod'

import type { Layer } from '#domain/records/index.ts'
import { parseSettings, type Environment } from '#runtime/config.ts'

const LAYERS = ['application', 'data', 'network', 'model'] as const

const layerList = z.string().transform((text, context): Layer[] | 'all' => {
  if (text === 'all') return 'all'
  const names = text.split(',').map((name) => name.trim())
  const known = LAYERS.filter((layer) => names.includes(layer))
  if (known.length === names.length) return known
  context.addIssue({ code: 'custom', message: `must be "all" or a list of ${LAYERS.join(', ')}` })
  return z.NEVER
})

const DETECT = z.object({
  TOCSIN_DETECT_LAYERS: layerList.default('all'),
  /** NDJSON of baselines that hold for every event. */
  TOCSIN_BASELINES: z.string().min(1).optional(),
  /** NDJSON of recorded baselines, used epoch by epoch. */
  TOCSIN_BASELINES_EPOCHS: z.string().min(1).optional(),
  /** A model of `tocsin train` instead of the bundled one. */
  TOCSIN_FOLLOWED_MODEL: z.string().min(1).optional(),
})

export type DetectSettings = {
  layers: Layer[] | 'all'
  /** Name as a writer: `detect:all`, `detect:data+network`. */
  writer: string
  baselinesFile: string | undefined
  baselinesEpochsFile: string | undefined
  modelFile: string | undefined
}

/** @throws Fault BAD_SETTINGS */
export function readDetectSettings(environment: Environment): DetectSettings {
  const settings = parseSettings(DETECT, environment)
  const layers = settings.TOCSIN_DETECT_LAYERS
  const writer = `detect:${layers === 'all' ? layers : layers.join('+')}`
  return {
    layers,
    writer,
    baselinesFile: settings.TOCSIN_BASELINES,
    baselinesEpochsFile: settings.TOCSIN_BASELINES_EPOCHS,
    modelFile: settings.TOCSIN_FOLLOWED_MODEL,
  }
}
