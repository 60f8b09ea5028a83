import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { isoTime } from './lane.ts'

const FACILITIES = ['local7', 'local4', 'auth', 'daemon'] as const

/** Lines of switches and firewalls: a short text that only keywords can look into. */
export const NETWORK_SYSLOG: Lane = {
  name: 'cisco_syslog',
  describes: 'Cisco syslog lines: one text and four short fields',
  logsource: { product: 'cisco', service: 'aaa' },
  record: (random, index) => ({
    timestamp: isoTime(random, index),
    host: `${random.pick(['sw', 'rt', 'fw', 'ap'])}-${random.whole(1, 320)}.net.example`,
    facility: random.pick(FACILITIES),
    severity: random.whole(2, 7),
    message: `${random.whole(1000, 999_999)}: ${lineOf(random)}`,
  }),
}

const port = (random: Random): string =>
  `GigabitEthernet${random.whole(1, 8)}/${random.whole(0, 2)}/${random.whole(1, 48)}`

function lineOf(random: Random): string {
  if (random.chance(0.04)) return commandLine(random)
  return random.pick([
    () =>
      `%LINK-3-UPDOWN: Interface ${port(random)}, changed state to ${random.pick(['up', 'down'])}`,
    () =>
      `%LINEPROTO-5-UPDOWN: Line protocol on ${port(random)}, changed state to ` +
      random.pick(['up', 'down']),
    () =>
      `%ASA-6-302013: Built outbound TCP connection ${random.whole(10 ** 6, 10 ** 8)} ` +
      `for outside:${random.publicAddress()}/${random.whole(1, 65_535)} to ` +
      `inside:${random.privateAddress()}/${random.whole(1024, 65_535)}`,
    () =>
      `%ASA-4-106023: Deny udp src outside:${random.publicAddress()}/` +
      `${random.whole(1, 65_535)} dst inside:${random.privateAddress()}/` +
      `${random.whole(1, 65_535)} by access-group "edge_${random.whole(1, 40)}" ` +
      `[0x${random.hex(8)}, 0x0]`,
    () =>
      `%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op${random.whole(1, 90)}] ` +
      `[Source: ${random.privateAddress()}] [localport: 22]`,
    () =>
      `%DHCP-6-ADDRESS_ASSIGN: Interface Vlan${random.whole(1, 900)} assigned ` +
      `${random.privateAddress()}, mask 255.255.255.0, hostname ap-${random.hex(6)}`,
    () =>
      `%STP-6-ROOT_CHANGE: root ${random.hex(4)}.${random.hex(4)}.${random.hex(4)} on ` +
      `${port(random)} cost ${random.whole(4, 200)}`,
    () =>
      `%SYS-6-CLOCKUPDATE: clock moved by ${random.whole(1, 999)} ms, peer ` +
      `${random.privateAddress()} stratum ${random.whole(1, 5)}`,
  ])()
}

function commandLine(random: Random): string {
  const said = random.pick([
    () => `show version`,
    () => `show running-config`,
    () => `interface ${port(random)}`,
    () => `copy running-config tftp://${random.privateAddress()}/${random.token(6)}.cfg`,
    () => `username op${random.whole(1, 90)} privilege ${random.whole(1, 15)}`,
    () => `no logging host ${random.privateAddress()}`,
    () => `clear logging`,
    () => `monitor capture ${random.token(4)} interface ${port(random)} both`,
  ])()
  return `%PARSER-5-CFGLOG_LOGGEDCMD: User:op${random.whole(1, 90)} logged command:${said}`
}
