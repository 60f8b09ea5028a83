import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { isoTime } from './lane.ts'
import { accountName, documentPath, fileStem, hostName, userFolder } from './windows-world.ts'

const EVENT_IDS = [4624, 4688, 4663, 4634, 4672, 5156, 4689, 4625, 4768, 4769, 7045, 4720] as const
const MESSAGE_LENGTH = 860
const SECTIONS = [
  'Subject',
  'Target',
  'Process Information',
  'Network Information',
  'Object',
] as const

const SYSTEM_PROGRAMS = ['svchost', 'lsass', 'services', 'winlogon', 'cmd', 'mmc'] as const

/** Windows events nobody has taken apart: what they say stands in one text of about 860 bytes. */
export const RAW_WINDOWS: Lane = {
  name: 'raw_windows',
  describes: 'Windows security events with one long `message` and few fields',
  logsource: { product: 'windows', service: 'security' },
  record: (random, index) => {
    const eventId = random.skewed(EVENT_IDS)
    return {
      '@timestamp': isoTime(random, index),
      EventID: eventId,
      Channel: 'Security',
      Provider_Name: 'Microsoft-Windows-Security-Auditing',
      Computer: hostName(random),
      EventRecordID: 90_000_000 + index,
      Level: 'Information',
      Keywords: random.chance(0.95) ? 'Audit Success' : 'Audit Failure',
      ProcessID: random.whole(400, 9000),
      ThreadID: random.whole(400, 9000),
      message: messageOf(random, eventId),
    }
  },
}

/** Sections of indented `Name: value` lines until the text is as long as such texts are. */
function messageOf(random: Random, eventId: number): string {
  const lengthMin = MESSAGE_LENGTH + random.whole(-60, 60)
  let text = `Audit record of kind ${eventId} for one of the local policies.\n`
  for (let line = 0; text.length < lengthMin; line += 1) {
    if (line % 5 === 0) text += `\n${random.pick(SECTIONS)}:\n`
    text += `\t${lineOf(random)}\n`
  }
  return text
}

function lineOf(random: Random): string {
  return random.pick([
    () => `Security ID:\t\tS-1-5-21-${random.whole(10 ** 8, 10 ** 9)}-${random.whole(1000, 9999)}`,
    () => `Account Name:\t\t${accountName(random)}`,
    () => `Logon ID:\t\t0x${random.hex(7)}`,
    () => `Logon GUID:\t\t{${random.guid()}}`,
    () => `Process ID:\t\t0x${random.hex(4)}`,
    () => `Process Name:\t\tC:\\Windows\\System32\\${random.pick(SYSTEM_PROGRAMS)}.exe`,
    () => `Process Command Line:\t"C:\\apps\\${fileStem(random)}.exe" --run ${random.token(10)}`,
    () => `Object Name:\t\t${documentPath(random, ['docx', 'xlsx', 'txt', 'pst'])}`,
    () => `Share Path:\t\t\\\\${hostName(random)}\\${fileStem(random)}`,
    () => `Workstation Name:\t${hostName(random)}`,
    () => `Source Address:\t\t${random.privateAddress()}:${random.whole(1024, 65_535)}`,
    () => `Access Mask:\t\t0x${random.hex(5)}`,
    () => `Folder:\t\t\t${userFolder(random)}\\${fileStem(random)}`,
  ])()
}
