// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

export type Layer = 'application' | 'data' | 'network' | 'model'

export type TouchedObject = {
  object: string
  rows: number
  bytes: number
  sensitive_types: string[]
}

export type SessionBasis = 'explicit' | 'trace' | 'inferred' | 'server'
