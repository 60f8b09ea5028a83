import { z } from 'zod'

import { parseSettings, type Environment } from '#runtime/config.ts'

const RESPOND = z.object({
  /** `planned`: what acts outside Tocsin is planned and never done, as in every replay. */
  TOCSIN_RESPOND: z.enum(['live', 'planned']).default('live'),
  /** A directory with playbooks that take the place of the bundled ones. */
  TOCSIN_PLAYBOOKS_DIR: z.string().min(1).optional(),
  /** YAML: what each agent may reach. */
  TOCSIN_PERMISSIONS: z.string().min(1).optional(),
  /** YAML: who may decide, with their public keys. */
  TOCSIN_PEOPLE: z.string().min(1).optional(),
  /** PEM: the Ed25519 key that restrictions and evidence are signed with. */
  TOCSIN_SIGNING_KEY: z.string().min(1).optional(),
  /** YAML: where notices, webhooks, commands and revocations go. */
  TOCSIN_DESTINATIONS: z.string().min(1).optional(),
})

export type RespondSettings = z.infer<typeof RESPOND>

/** @throws Fault BAD_SETTINGS */
export function readRespondSettings(environment: Environment): RespondSettings {
  return parseSettings(RESPOND, environment)
}
