import { idOf } from '#domain/ids.ts'
import type { CheckpointPlace } from './collector-checkpoint.ts'
import { LogCollector, type LogCollectorOptions } from './log-collector.ts'
import type { Format } from './normalize/format.ts'
import { TooManyCollectors } from './source.ts'
import type { PostedLog } from './sources/http-logs.ts'

export type PostedCollectorsOptions = Omit<
  LogCollectorOptions,
  'name' | 'format' | 'owner' | 'checkpoint' | 'isPolled'
> & {
  formats: ReadonlyMap<string, Format>
  /** What a post is that does not say it itself. */
  defaults: {
    tenantId: string
    serverId: string | undefined
    collectorId: string
    /** As `OwnerSettings` has it. */
    onlyKnown?: boolean
  }
  /** Where the collector of this name keeps its checkpoint. */
  checkpointOf: (name: string) => CheckpointPlace
  maxCount?: number
}

const MAX_COUNT = 64

/**
 * The collectors of what is posted: one a tenant, collector, server and format, opened when it is
 * first asked for.
 */
export class PostedCollectors {
  readonly #options: PostedCollectorsOptions
  readonly #opened = new Map<string, Promise<LogCollector>>()

  constructor(options: PostedCollectorsOptions) {
    this.#options = options
  }

  /** Undefined where the format is not known. @throws TooManyCollectors; as `LogCollector.open`. */
  async collectorOf(posted: PostedLog): Promise<LogCollector | undefined> {
    const { formats, defaults, checkpointOf, maxCount = MAX_COUNT, ...options } = this.#options
    const format = formats.get(posted.format)
    if (format === undefined) return undefined
    const tenantId = posted.tenantId ?? defaults.tenantId
    const poster = posted.collectorId ?? defaults.collectorId
    const serverId = posted.serverId ?? defaults.serverId ?? poster
    const collectorId = [
      poster,
      ...(posted.serverId === undefined ? [] : [posted.serverId]),
      format.name,
    ].join(':')
    const key = idOf('posted', tenantId, collectorId)
    const known = this.#opened.get(key)
    if (known !== undefined) return known
    if (this.#opened.size >= maxCount) throw new TooManyCollectors(maxCount)
    const opening = LogCollector.open({
      ...options,
      name: { tenantId, collectorId },
      format,
      owner: { serverId, onlyKnown: defaults.onlyKnown ?? false },
      isPolled: false,
      checkpoint: checkpointOf(`posted-${key}`),
    })
    this.#opened.set(key, opening)
    opening.catch(() => this.#opened.delete(key))
    return opening
  }
}
