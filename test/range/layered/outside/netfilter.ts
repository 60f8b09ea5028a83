import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { freePorts } from '../../../support/servers/process.ts'
import { ROOT, startProgram } from '../../processes.ts'
import { OUTSIDE_ADDRESS, PARTNER_ADDRESS, type Outside } from './outside.ts'

const WORLD = join(ROOT, 'test/range/servers/outside-world.ts')
const PROGRAMS = ['/usr/sbin/nft', '/usr/sbin/ulogd', '/usr/bin/nsenter', '/usr/bin/setpriv']
const PLUGINS = '/usr/lib/*/ulogd/ulogd_output_JSON.so'
/** The machine's own address in its namespace. */
const OWN_ADDRESS = '10.66.0.2'
/** Of netfilter's log. */
const GROUP = 7
/** A user whom nobody is. */
const ANYBODY = 61_000

/**
 * Whether Debian's nftables, ulogd2 and ulogd2-json are installed, we may open network namespaces,
 * and another user may read this directory.
 */
export function hasNetfilter(): boolean {
  if (process.getuid?.() !== 0 || !PROGRAMS.every((path) => existsSync(path))) return false
  if (globSync(PLUGINS).length === 0) return false
  const read = `require('node:fs').accessSync(${JSON.stringify(WORLD)})`
  const words = [...asUser(ANYBODY), process.execPath, '--eval', read]
  return spawnSync('unshare', ['--net', '--', ...words], { stdio: 'ignore' }).status === 0
}

/** Starts a namespace with an outside, whose log ulogd2 writes. */
export async function startNetfilter(parent: string): Promise<Outside> {
  const directory = join(parent, 'outside')
  mkdirSync(directory, { recursive: true })
  const [packetsFile, flowsFile] = [join(directory, 'packets.json'), join(directory, 'flows.json')]
  for (const file of [packetsFile, flowsFile]) writeFileSync(file, '')
  writeFileSync(join(directory, 'rules.nft'), rules())
  writeFileSync(join(directory, 'ulogd.conf'), ulogdSettings(directory, packetsFile, flowsFile))
  const [port = 0] = await freePorts(1)
  const place = [directory, OWN_ADDRESS, String(port), OUTSIDE_ADDRESS, PARTNER_ADDRESS]
  const { child, stop } = await startProgram(
    ['unshare', '--net', '--', process.execPath, WORLD, ...place],
    {},
    /^listening$/,
    join(directory, 'output'),
  )
  const inside = ['nsenter', `--net=/proc/${child.pid}/ns/net`, '--']
  return {
    recorder: 'ulogd2',
    packetsFile,
    flowsFile,
    pageAt: (address) => `http://${address}:${port}`,
    startOf: (user, args) => ({
      command: [...inside, ...asUser(user), process.execPath, ...args],
      environment: {},
    }),
    stop,
  }
}

const asUser = (user: number): string[] => [
  'setpriv',
  `--reuid=${user}`,
  `--regid=${user}`,
  '--clear-groups',
  '--',
]

function rules(): string {
  const outside = `{ ${OUTSIDE_ADDRESS}, ${PARTNER_ADDRESS} }`
  return `table inet egress {
  chain out {
    type filter hook output priority 0; policy accept;
    ct state new ip daddr ${outside} log prefix "egress" group ${GROUP}
  }
}
`
}

function ulogdSettings(directory: string, packetsFile: string, flowsFile: string): string {
  const [json = ''] = globSync(PLUGINS)
  const names = ['inppkt_NFLOG', 'inpflow_NFCT', 'raw2packet_BASE', 'filter_IFINDEX']
  const plugins = [...names, 'filter_IP2STR', 'output_JSON'].map(
    (name) => `plugin="${dirname(json)}/ulogd_${name}.so"`,
  )
  return [
    '[global]',
    `logfile="${directory}/ulogd.log"`,
    'loglevel=3',
    ...plugins,
    'stack=packets:NFLOG,base:BASE,interfaces:IFINDEX,addresses:IP2STR,packetlog:JSON',
    'stack=connections:NFCT,addresses:IP2STR,flowlog:JSON',
    '[packets]',
    `group=${GROUP}`,
    '[connections]',
    // Told once, when it is forgotten, with what passed.
    'hash_enable=1',
    '[packetlog]',
    'sync=1',
    `file="${packetsFile}"`,
    '[flowlog]',
    'sync=1',
    `file="${flowsFile}"`,
    '',
  ].join('\n')
}
