import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * A machine with its outside, in a network namespace of its own (as root, by `unshare --net`): a
 * firewall logs by ulogd2 who begins a connection and what each came to, and there is a page at
 * every outside address. Parameters: the directory of `rules.nft` and `ulogd.conf`, the machine's
 * own address, the port, the outside addresses. It says so once it listens.
 */
const [directory = '', own = '', port = '', ...outside] = process.argv.slice(2)
const STARTS_WITHIN_MS = 60_000
const LOOKS_EVERY_MS = 50
const SETTINGS = {
  nf_conntrack_acct: '1',
  nf_conntrack_timestamp: '1',
  // A connection is told once it is forgotten.
  nf_conntrack_tcp_timeout_time_wait: '1',
}

const ip = (...words: string[]): void => void execFileSync('ip', words)
ip('link', 'set', 'lo', 'up')
ip('address', 'add', `${own}/32`, 'dev', 'lo')
for (const address of outside) {
  ip('address', 'add', `${address}/32`, 'dev', 'lo')
  // Else a connection to one's own address comes from that address.
  ip('route', 'replace', 'local', address, 'dev', 'lo', 'table', 'local', 'src', own)
}
execFileSync('nft', ['-f', `${directory}/rules.nft`])
for (const [name, value] of Object.entries(SETTINGS))
  writeFileSync(`/proc/sys/net/netfilter/${name}`, value)

const ulogd = spawn('ulogd', ['-c', `${directory}/ulogd.conf`], { stdio: 'inherit' })
process.on('SIGTERM', () => {
  ulogd.once('exit', () => process.exit())
  ulogd.kill()
})
await logsBegun()
await Promise.all(outside.map((address) => listening(address)))
console.log('listening')
// To list the connections makes the kernel forget those that have ended.
setInterval(() => readFileSync('/proc/net/nf_conntrack'), LOOKS_EVERY_MS)

async function logsBegun(): Promise<void> {
  const log = `${directory}/ulogd.log`
  const endsAtMs = Date.now() + STARTS_WITHIN_MS
  while (!existsSync(log) || !readFileSync(log, 'utf8').includes('initialization finished')) {
    if (Date.now() > endsAtMs) throw new Error(`ulogd does not start; see ${log}`)
    await wait(LOOKS_EVERY_MS)
  }
}

function listening(address: string): Promise<void> {
  const server = createServer((asked, answer) => {
    asked.resume()
    answer.setHeader('connection', 'close')
    answer.end('a page\n')
  })
  return new Promise((resolve) => server.listen(Number(port), address, resolve))
}
