import { spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { GenericContainer, Wait } from 'testcontainers'

import { realServers } from './available.ts'
import { jarsOf } from './maven.ts'
import { freePorts, isListening, startProcess, stopProcess, until } from './process.ts'

const VERSION = '4.1.0'
/** Ten seconds, and minutes on a busy machine. */
const START_MAX_MS = 300_000
/** So much of what a broker said at its end is told. */
const SAID_MAX_CHARS = 2_000
const ARTIFACTS = [`org.apache.kafka:kafka_2.13:${VERSION}`, 'org.slf4j:slf4j-simple:1.7.36']

/** A broker of the tests' own. */
export type KafkaServer = {
  brokers: string[]
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>
  /** Starts it again where it was, on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * A running Kafka broker. Where `TOCSIN_TEST_BROKERS` names one it is shared, and neither killed
 * nor stopped here; `own` asks for one that may be.
 */
export async function startKafka(options: { own?: boolean } = {}): Promise<KafkaServer> {
  const shared = process.env['TOCSIN_TEST_BROKERS']
  if (shared !== undefined && options.own !== true) return sharedServer(shared.split(','))
  return realServers() === 'docker' ? startInDocker() : startFromJars()
}

function sharedServer(brokers: string[]): KafkaServer {
  const refuse = (): Promise<never> => Promise.reject(new Error('this broker is shared'))
  return { brokers, kill: refuse, restart: refuse, stop: () => Promise.resolve() }
}

async function startFromJars(): Promise<KafkaServer> {
  const classPath = `${jarsOf(`kafka-${VERSION}`, ARTIFACTS)}/*`
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-kafka-'))
  const properties = join(directory, 'server.properties')
  writeFileSync(properties, propertiesOf(port, controllerPort, join(directory, 'log')))
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const java = ['-Xms128m', '-Xmx512m', quiet, '-cp', classPath]
  format([...java, 'kafka.tools.StorageTool'], properties)

  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const logFile = join(directory, 'server.log')
    const started = startProcess('java', [...java, 'kafka.Kafka', properties], logFile)
    child = started
    const isUp = (): Promise<boolean> => {
      if (started.exitCode === null) return isListening(port)
      throw new Error(`Kafka ended: ${readFileSync(logFile, 'utf8').slice(-SAID_MAX_CHARS)}`)
    }
    await until(isUp, START_MAX_MS, 'starting Kafka')
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child !== undefined) await stopProcess(child, signal)
  }
  await start().catch(async (error: unknown) => {
    await end('SIGKILL')
    throw error
  })
  return {
    brokers: [`127.0.0.1:${port}`],
    kill: () => end('SIGKILL'),
    restart: start,
    stop: async () => {
      await end('SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startInDocker(): Promise<KafkaServer> {
  const [port = 0] = await freePorts(1)
  const container = await new GenericContainer(`apache/kafka:${VERSION}`)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment(dockerEnvironment(port))
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start()
  return {
    brokers: [`127.0.0.1:${port}`],
    kill: async () => {
      await container.stop({ timeout: 0, remove: false })
    },
    restart: () => container.restart(),
    stop: async () => {
      await container.stop()
    },
  }
}

function format(java: string[], properties: string): void {
  const id = spawnSync('java', [...java, 'random-uuid'], { encoding: 'utf8' }).stdout.trim()
  const parameters = [...java, 'format', '--standalone', '-t', id, '-c', properties]
  const done = spawnSync('java', parameters, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`formatting Kafka's log failed: ${done.stderr}`)
}

const SINGLE_NODE = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  'auto.create.topics.enable': 'false',
  // A broker that was killed may come back only once its old session is over.
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '500',
  // Tests of compaction and retention need not wait for minutes.
  'log.cleaner.backoff.ms': '200',
  'log.retention.check.interval.ms': '500',
  'log.initial.task.delay.ms': '200',
}

function propertiesOf(port: number, controllerPort: number, logDirectory: string): string {
  const listener = `PLAINTEXT://127.0.0.1:${port}`
  return Object.entries({
    ...SINGLE_NODE,
    listeners: `${listener},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': listener,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'log.dirs': logDirectory,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function dockerEnvironment(port: number): Record<string, string> {
  const all = {
    ...SINGLE_NODE,
    listeners: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:9093`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.quorum.voters': '1@localhost:9093',
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
      value,
    ]),
  )
}
