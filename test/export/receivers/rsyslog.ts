import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { freePorts } from '../../support/servers/process.ts'
import type { Certificate } from './certificate.ts'

const DRIVERS = ['/usr/lib', '/usr/lib64'].flatMap((root) =>
  ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', ''].map(
    (part) => `${root}/${part}rsyslog/lmnsd_gtls.so`,
  ),
)

export const HAS_RSYSLOG =
  spawnSync('rsyslogd', ['-v']).status === 0 && DRIVERS.some((path) => existsSync(path))
if (!HAS_RSYSLOG)
  process.stderr.write('rsyslog with rsyslog-gnutls is absent: its tests are SKIPPED\n')

/** rsyslog at work; `lines` are what it wrote, one message each: structured data, then the text. */
export type Rsyslog = { port: number; lines(): string[]; close(): Promise<void> }

/** Starts rsyslog itself, listening for syslog over TLS on a free port. */
export async function startRsyslog(directory: string, certificate: Certificate): Promise<Rsyslog> {
  const [port = 0] = await freePorts(1)
  const output = join(directory, 'received.log')
  const file = join(directory, 'rsyslog.conf')
  writeFileSync(file, configuration(port, output, certificate))
  const pid = join(directory, 'rsyslog.pid')
  const child = spawn('rsyslogd', ['-n', '-f', file, '-i', pid], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    port,
    lines: () =>
      existsSync(output) ? readFileSync(output, 'utf8').split('\n').filter(Boolean) : [],
    close: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function configuration(port: number, output: string, { certFile, keyFile }: Certificate): string {
  return [
    'global(maxMessageSize="256k" defaultNetstreamDriver="gtls"',
    `  defaultNetstreamDriverCAFile="${certFile}"`,
    `  defaultNetstreamDriverCertFile="${certFile}"`,
    `  defaultNetstreamDriverKeyFile="${keyFile}")`,
    'module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"',
    '  streamDriver.authMode="anon")',
    `input(type="imtcp" port="${port}")`,
    'template(name="whole" type="string" string="%structured-data% %msg%\\n")',
    `action(type="omfile" file="${output}" template="whole")`,
    '',
  ].join('\n')
}
