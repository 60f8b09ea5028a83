import { basename, resolve } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { idOf } from '#domain/ids.ts'
import { SOURCES, type CollectorEntry } from '../../collect/collector-settings.ts'
import type { PlaceOptions } from '../options.ts'

/** What the command line of `tocsin collect` may say. */
export type CollectFlags = PlaceOptions & {
  list?: boolean
  format?: string[]
  name?: string
  tenant?: string
  serverId?: string
  follow?: boolean
  dryRun?: boolean
  host?: string
  port?: string
  transport?: string
  cert?: string
  key?: string
  ca?: string
  group?: string
  user?: string
  passwordEnv?: string
}

const NAME_HASH_LENGTH = 8

/** The command line in the words of a file of collectors. */
export function entryOf(
  kind: string | undefined,
  target: string | undefined,
  flags: CollectFlags,
): unknown {
  if (kind === undefined || !(kind in SOURCES))
    throw new Fault('BAD_USAGE', `Name a source: ${Object.keys(SOURCES).join(', ')}`)
  const [format, ...more] = flags.format ?? []
  if (format === undefined)
    throw new Fault('BAD_USAGE', 'Name what the records are: --format NAME (see --list)')
  const { host, port, transport, group, user, cert, key, ca, passwordEnv } = flags
  const byKind: Record<CollectorEntry['source']['kind'], object> = {
    file: {
      path: target === undefined ? undefined : resolve(target),
      follow: flags.follow === true,
    },
    http: { host, port },
    otlp: { host, port },
    kafka: { topic: target, group },
    syslog: { transport, host, port, cert_file: cert, key_file: key, ca_file: ca },
    clickhouse: { url: target, user, password_env: passwordEnv },
  }
  const source = { kind, ...byKind[kind as CollectorEntry['source']['kind']] }
  return {
    name: flags.name ?? nameOf(kind, target),
    format: more.length === 0 ? format : [format, ...more],
    tenant: flags.tenant,
    server: flags.serverId,
    source,
  }
}

/** The same source has the same name, and so the same checkpoint, whenever it is named again. */
function nameOf(kind: string, target: string | undefined): string {
  if (target === undefined) return kind
  const whole = kind === 'file' ? resolve(target) : target
  const legible = basename(whole).replaceAll(/[^\w.-]/g, '_')
  return `${kind}-${legible.slice(0, 60)}-${idOf('collector', whole).slice(0, NAME_HASH_LENGTH)}`
}
