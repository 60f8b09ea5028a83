import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Fault } from '#domain/fault.ts'
import type { Codec } from '#domain/codec.ts'
import type { Log } from '#domain/log.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import type { StageDefinition, StageTopic } from '#runtime/stage-definition.ts'
import type { Adapter } from './actions/adapter.ts'
import { analysisAdapter, type AskTriage } from './actions/analysis.ts'
import { commandAdapter } from './actions/command.ts'
import { NO_DESTINATIONS, readDestinations, type Destinations } from './actions/destinations.ts'
import { startExecutor } from './actions/executor.ts'
import { startKeeper } from './actions/hold-keeper.ts'
import { notifyAdapter } from './actions/notify.ts'
import { oauthAdapter } from './actions/oauth-revocation.ts'
import { webhookAdapter } from './actions/webhook.ts'
import type { RespondOptions } from './case-work.ts'
import { readRespondSettings, type RespondSettings } from './config.ts'
import { readPeople } from './people.ts'
import { readPermissions } from './permissions.ts'
import { readPlaybook, type Playbook, type Playbooks } from './playbook.ts'
import { createRespondCore } from './respond.ts'

const PLAYBOOKS_DIRECTORY = fileURLToPath(new URL('./playbooks/', import.meta.url))
const TEMPLATES_DIRECTORY = fileURLToPath(new URL('./templates/', import.meta.url))
const PERMISSIONS_FILE = fileURLToPath(new URL('./permissions.yml', import.meta.url))

/** Wires `respond`: single-active, over every lane. In a replay it hears of incidents alone. */
export function respondStage(settings: Settings, environment: Environment): StageDefinition {
  const own = readRespondSettings(environment)
  const { horizonUs } = settings
  const options: RespondOptions = { ...readResponse(own), horizonUs }
  const live: StageTopic[] = [
    { topic: 'actions.v1', waitsFor: 'nobody' },
    { topic: 'activity.v1', waitsFor: [{ name: 'observe', mode: 'lanes' }] },
    { topic: 'enforcement.v1', waitsFor: 'itself' },
  ]
  return {
    service: 'respond',
    writer: 'respond',
    mode: 'single',
    inputs: [
      { topic: 'incidents.v1', waitsFor: [{ name: 'correlate', mode: 'single' }] },
      { topic: 'cases.v1', waitsFor: 'itself' },
      ...(options.isLive ? live : []),
    ],
    broadcasts: [],
    outputs: ['actions.v1', 'cases.v1', 'enforcement.v1'],
    createCore: () => createRespondCore(options),
  }
}

/**
 * Playbooks, permissions, people and keys, as the settings name them.
 *
 * @throws Fault BAD_SETTINGS where one cannot be read.
 */
function readResponse(settings: RespondSettings): Omit<RespondOptions, 'horizonUs'> {
  const { TOCSIN_PEOPLE: people, TOCSIN_SIGNING_KEY: key } = settings
  return {
    isLive: settings.TOCSIN_RESPOND === 'live',
    playbooks: readPlaybooks(settings.TOCSIN_PLAYBOOKS_DIR ?? PLAYBOOKS_DIRECTORY),
    permissions: readFile(settings.TOCSIN_PERMISSIONS ?? PERMISSIONS_FILE, readPermissions),
    people: people === undefined ? undefined : readFile(people, readPeople),
    signingKey: key === undefined ? undefined : readFile(key, readKey),
  }
}

/**
 * What the response is made of, for those who show it or decide in it.
 *
 * @throws Fault BAD_SETTINGS
 */
export function readResponders(environment: Environment): Omit<RespondOptions, 'horizonUs'> {
  return readResponse(readRespondSettings(environment))
}

/** The adapters as the settings have them, to say what they would do. @throws Fault BAD_SETTINGS */
export function readAdaptersOf(environment: Environment): ReadonlyMap<string, Adapter> {
  return readAdapters(readRespondSettings(environment), environment, undefined, undefined)
}

/** The secret that each webhook signs with, by target. @throws Fault BAD_SETTINGS */
export function readWebhookSecrets(environment: Environment): ReadonlyMap<string, string> {
  const { webhooks } = readTargets(readRespondSettings(environment), environment)
  return new Map(Object.entries(webhooks).map(([name, { secret }]) => [name, secret]))
}

type ActingWorld = {
  log: Log
  codec: Codec
  logger: Logger
  /** Undefined where no evidence is open in this process. */
  askTriage: AskTriage | undefined
  /** How often the keeper of held evidence looks for what came since. */
  holdEveryMs: number
  /** Of the hashes by which taps know credentials; undefined: this process has none. */
  hashKey: string | undefined
}

/**
 * Starts what acts outside Tocsin, and what keeps held evidence; undefined where the settings say
 * that it is only planned.
 *
 * @throws Fault BAD_SETTINGS
 */
export function startActing(
  world: ActingWorld,
  environment: Environment,
  signal: AbortSignal,
): { stopped: Promise<void> } | undefined {
  const own = readRespondSettings(environment)
  if (own.TOCSIN_RESPOND !== 'live') return undefined
  const adapters = readAdapters(own, environment, world.askTriage, world.hashKey)
  const clock = { nowMs: Date.now, random: Math.random }
  const parts = [
    startExecutor({ ...world, ...clock, adapters }, signal),
    startKeeper({ ...world, ...clock, everyMs: world.holdEveryMs }, signal),
  ]
  return { stopped: Promise.all(parts.map(({ stopped }) => stopped)).then(() => undefined) }
}

/**
 * The adapters of every kind of action, with the destinations that the settings name.
 *
 * @throws Fault BAD_SETTINGS
 */
function readAdapters(
  settings: RespondSettings,
  environment: Environment,
  askTriage: AskTriage | undefined,
  hashKey: string | undefined,
): ReadonlyMap<string, Adapter> {
  const destinations = readTargets(settings, environment)
  const world = { nowMs: Date.now, random: Math.random }
  return new Map<string, Adapter>([
    ['webhook', webhookAdapter(destinations.webhooks, world)],
    ['command', commandAdapter(destinations.commands)],
    ['oauth-revocation', oauthAdapter(destinations.oauth, { ...world, hashKey })],
    ['notify', notifyAdapter(destinations.notify, { ...world, template: readTemplate })],
    ['analysis', analysisAdapter(askTriage)],
  ])
}

function readTargets(settings: RespondSettings, environment: Environment): Destinations {
  const { TOCSIN_DESTINATIONS: file } = settings
  if (file === undefined) return NO_DESTINATIONS
  return readFile(file, (text) => readDestinations(text, environment))
}

/** Names come out of playbooks, which allow letters, digits and dashes alone. */
function readTemplate(name: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) return undefined
  try {
    return readFileSync(join(TEMPLATES_DIRECTORY, `${name}.md`), 'utf8')
  } catch {
    return undefined
  }
}

/** @throws Fault BAD_SETTINGS */
function readPlaybooks(directory: string): Playbooks {
  const read = (severity: keyof Playbooks): Playbook => {
    const playbook = readFile(join(directory, `${severity}.yml`), readPlaybook)
    if (playbook.severity === severity) return playbook
    throw new Fault('BAD_SETTINGS', `${severity}.yml is the playbook of another severity`)
  }
  return { moderate: read('moderate'), high: read('high'), critical: read('critical') }
}

function readKey(pem: string): KeyObject {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('expected an Ed25519 key')
  return key
}

function readFile<T>(path: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'unreadable'
    throw new Fault('BAD_SETTINGS', `Cannot read ${path}: ${reason}`, { cause })
  }
}
