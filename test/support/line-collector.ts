import { join } from 'node:path'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import { readSettings } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { runCollector } from '../../services/cli/collect/collectors.ts'
import { openSentLog } from '../../services/collect/already-sent.ts'
import { checkpointFile } from '../../services/collect/collector-checkpoint.ts'
import { openIntake } from '../../services/collect/intake.ts'
import { compileCompletion } from '../../services/collect/normalize/complete.ts'
import { lineFormat } from '../collect/a-line-format.ts'

/**
 * A process that tails a log into an embedded log of its own, to be killed: `node line-collector.ts
 * DIRECTORY FILE`. Log and checkpoints are in the directory.
 */
const [directory = '', path = ''] = process.argv.slice(2)
const log = openEmbeddedLog({ path: join(directory, 'log.sqlite'), laneCount: 4 })
await log.createTopics()
const schemas = loadSchemas()
const codec = await openCodec(schemas, fileSchemaIds([...schemas.values()]), 'tocsin.')
const sender = await log.openSender()
const intake = openIntake({ log, sender, codec, nowMs: Date.now })
const logger = createLogger('warn')
await runCollector(
  {
    name: 'lines',
    format: lineFormat.name,
    tenant: 'default',
    source: { kind: 'file', path, follow: true, rotate_wait_ms: 200 },
  },
  {
    intake,
    sent: openSentLog(log, codec),
    settings: readSettings({}),
    environment: {},
    logger,
    formats: new Map([[lineFormat.name, lineFormat]]),
    identify: () => undefined,
    complete: compileCompletion(schemas),
    checkpointOf: (name) => checkpointFile(join(directory, `${name}.json`)),
    ingestToken: '',
    context: {
      signal: new AbortController().signal,
      random: Math.random,
      onRetry: (error) => logger.warn({ error }, 'again'),
    },
    onTaken: () => undefined,
  },
)
