import type { secretSchema } from '#runtime/secret.ts'

/** How the settings of a sink name a secret. */
export type Secret = ReturnType<typeof secretSchema>
