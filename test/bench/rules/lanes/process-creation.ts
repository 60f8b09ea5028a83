import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { spacedTime } from './lane.ts'
import { DAILY_PROGRAMS } from './windows-daily-programs.ts'
import type { Program } from './windows-program.ts'
import { RARE_PROGRAMS } from './windows-rare-programs.ts'
import {
  accountName,
  hashes,
  hostName,
  processGuid,
  userFolder,
  versionText,
} from './windows-world.ts'

const RARE_SHARE = 0.04
const LEVELS = ['Medium', 'System', 'High', 'Low', 'AppContainer'] as const
const PARENTS = [
  'C:\\Windows\\System32\\services.exe',
  'C:\\Windows\\explorer.exe',
  'C:\\Windows\\System32\\svchost.exe',
  'C:\\Windows\\System32\\cmd.exe',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE',
  'C:\\Program Files\\Build\\Agent.Worker.exe',
  'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
] as const

/** Processes as Sysmon tells of them (its event 1): 27 fields, about 1.3 kB. */
export const PROCESS_CREATION: Lane = {
  name: 'process_creation',
  describes: 'Windows processes started, as Sysmon writes them',
  logsource: { product: 'windows', category: 'process_creation' },
  record: (random, index) => {
    const started = random.chance(RARE_SHARE)
      ? random.pick(RARE_PROGRAMS)
      : random.skewed(DAILY_PROGRAMS)
    const image = imageOf(started, random)
    const parent = random.skewed(PARENTS)
    const time = spacedTime(random, index)
    return {
      EventID: 1,
      Provider_Name: 'Microsoft-Windows-Sysmon',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventRecordID: 4_100_000 + index,
      Computer: hostName(random),
      RuleName: '-',
      UtcTime: time,
      ProcessGuid: processGuid(random),
      ProcessId: random.whole(300, 32_000),
      Image: image,
      FileVersion: versionText(random),
      Description: started.describes,
      Product: started.company === '-' ? '-' : started.describes,
      Company: started.company,
      OriginalFileName: started.originalName,
      CommandLine: `"${image}" ${started.tail(random)}`,
      CurrentDirectory: random.chance(0.6) ? 'C:\\Windows\\System32\\' : `${userFolder(random)}\\`,
      User: accountName(random),
      LogonGuid: processGuid(random),
      LogonId: `0x${random.hex(6)}`,
      TerminalSessionId: random.whole(0, 4),
      IntegrityLevel: random.skewed(LEVELS),
      Hashes: hashes(random),
      ParentProcessGuid: processGuid(random),
      ParentProcessId: random.whole(300, 32_000),
      ParentImage: parent,
      ParentCommandLine: `${parent} ${parentTail(random)}`,
      ParentUser: accountName(random),
    }
  },
}

function imageOf({ image }: Program, random: Random): string {
  return typeof image === 'string' ? image : image(random)
}

function parentTail(random: Random): string {
  if (random.chance(0.3)) return ''
  const words = [`--session ${random.hex(8)}`, `/factory,{${random.guid()}}`, '-Embedding']
  return `${random.pick(words)} ${random.whole(1, 9999)}`
}
