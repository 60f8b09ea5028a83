import { z } from 'zod'

import { parseSettings, type Environment } from '#runtime/config.ts'

const EXPORT = z.object({
  /** YAML: which other systems get the findings (deploy/sinks.yaml); unset: none but the topic. */
  TOCSIN_SINKS: z.string().min(1).optional(),
  /** Whose incidents they are, in the words of the SIEM: `assignee_group` of OCSF. */
  TOCSIN_ASSIGNEE_GROUP: z.string().min(1).max(200).default('SOC'),
})

export type ExportSettings = z.infer<typeof EXPORT>

/** @throws Fault BAD_SETTINGS */
export function readExportSettings(environment: Environment): ExportSettings {
  return parseSettings(EXPORT, environment)
}
