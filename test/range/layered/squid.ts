import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  freePorts,
  isListening,
  startProcess,
  stopProcess,
  until,
} from '../../support/servers/process.ts'
import { ROOT } from '../processes.ts'

const SQUID = '/usr/sbin/squid'
/** Believes every name and password. */
const AUTHENTICATION = '/usr/lib/squid/basic_fake_auth'
const STARTS_WITHIN_MS = 90_000

/** A proxy at work. */
export type Proxy = { port: number; stop: () => Promise<void> }

/** Whether Debian's squid is installed. */
export function hasSquid(): boolean {
  return existsSync(SQUID) && existsSync(AUTHENTICATION)
}

/** Starts a squid for which `hosts` are this machine, and which asks everybody for a name. */
export async function startSquid(place: {
  directory: string
  logFile: string
  hosts: readonly string[]
}): Promise<Proxy> {
  const { directory, logFile, hosts } = place
  const [port = 0] = await freePorts(1)
  const hostsFile = join(directory, 'hosts')
  writeFileSync(hostsFile, `127.0.0.1 ${hosts.join(' ')}\n`)
  const config = join(directory, 'squid.conf')
  const logging = readFileSync(join(ROOT, 'deploy/squid-logformat.conf'), 'utf8')
  const lines = [
    `http_port 127.0.0.1:${port}`,
    `hosts_file ${hostsFile}`,
    `auth_param basic program ${AUTHENTICATION}`,
    'acl named proxy_auth REQUIRED',
    'http_access allow named',
    'http_access deny all',
    'visible_hostname range',
    'pid_filename none',
    'pinger_enable off',
    'cache deny all',
    'cache_log none',
    `coredump_dir ${directory}`,
    logging.replace(/stdio:\S+/, `stdio:${logFile}`),
  ]
  writeFileSync(config, lines.join('\n'))
  const child = startProcess(SQUID, ['-N', '-f', config], join(directory, 'squid.out'))
  await until(() => isListening(port), STARTS_WITHIN_MS, 'squid')
  return { port, stop: () => stopProcess(child, 'SIGTERM') }
}
