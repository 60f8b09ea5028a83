import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { GenericContainer, Wait } from 'testcontainers'

import { realServers } from './available.ts'
import { unpacked } from './maven.ts'
import { freePorts, startProcess, stopProcess, until } from './process.ts'

const VERSION = '3.0.9'
const API = '/apis/ccompat/v7'
/** Ten seconds, and minutes on a busy machine. */
const START_MAX_MS = 300_000

export type RegistryServer = { url: string; stop(): Promise<void> }

/** A running schema registry (Apicurio), empty, speaking the Confluent API at `url`. */
export async function startRegistry(): Promise<RegistryServer> {
  return realServers() === 'docker' ? startInDocker() : startFromArchive()
}

async function startFromArchive(): Promise<RegistryServer> {
  const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`
  const home = unpacked(`apicurio-${VERSION}`, artifact)
  const jar = findRunner(home)
  const [port = 0, managementPort = 0] = await freePorts(2)
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-registry-'))
  const child = startProcess('java', ['-Xmx384m', '-jar', jar], join(directory, 'server.log'), {
    QUARKUS_HTTP_HOST: '127.0.0.1',
    QUARKUS_HTTP_PORT: String(port),
    QUARKUS_MANAGEMENT_PORT: String(managementPort),
  })
  const url = `http://127.0.0.1:${port}${API}`
  await until(() => isReady(url), START_MAX_MS, 'starting the registry').catch(
    async (error: unknown) => {
      await stopProcess(child, 'SIGKILL')
      throw error
    },
  )
  return {
    url,
    stop: async () => {
      await stopProcess(child, 'SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startInDocker(): Promise<RegistryServer> {
  const container = await new GenericContainer(`apicurio/apicurio-registry:${VERSION}`)
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp(`${API}/subjects`, 8080))
    .start()
  const url = `http://${container.getHost()}:${container.getMappedPort(8080)}${API}`
  return {
    url,
    stop: async () => {
      await container.stop()
    },
  }
}

function findRunner(home: string): string {
  const found = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((name) =>
    /(runner|quarkus-run)\.jar$/.test(name),
  )
  if (found === undefined) throw new Error(`no registry to run in ${home}`)
  return join(home, found)
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/subjects`)).ok
  } catch {
    return false
  }
}
