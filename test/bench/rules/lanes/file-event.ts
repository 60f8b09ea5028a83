import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { spacedTime } from './lane.ts'
import {
  accountName,
  documentPath,
  fileStem,
  hostName,
  processGuid,
  userFolder,
} from './windows-world.ts'

const WRITERS = [
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Windows\\System32\\svchost.exe',
  'C:\\Windows\\explorer.exe',
  'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
  'C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE',
  'C:\\Program Files\\nodejs\\node.exe',
  'C:\\Windows\\System32\\msiexec.exe',
  'C:\\Program Files\\Git\\mingw64\\bin\\git.exe',
  'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  'C:\\Windows\\System32\\cmd.exe',
] as const
const START_MENU = 'AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup'

/** Files created, as Sysmon tells of them (its event 11). */
export const FILE_EVENT: Lane = {
  name: 'file_event',
  describes: 'Windows files created, as Sysmon writes them',
  logsource: { product: 'windows', category: 'file_event' },
  record: (random, index) => {
    const time = spacedTime(random, index)
    return {
      EventID: 11,
      Provider_Name: 'Microsoft-Windows-Sysmon',
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventRecordID: 7_800_000 + index,
      Computer: hostName(random),
      RuleName: random.chance(0.9) ? '-' : 'Downloads',
      UtcTime: time,
      ProcessGuid: processGuid(random),
      ProcessId: random.whole(300, 32_000),
      Image: random.skewed(WRITERS),
      TargetFilename: random.chance(0.03) ? rarePath(random) : dailyPath(random),
      CreationUtcTime: time,
      User: accountName(random),
    }
  },
}

function dailyPath(random: Random): string {
  const cache =
    `${userFolder(random)}\\AppData\\Local\\Google\\Chrome\\User ` +
    'Data\\Default\\Cache\\Cache_Data'
  return random.pick([
    () => `${cache}\\f_${random.hex(6)}`,
    () => `C:\\Windows\\Prefetch\\${`${fileStem(random)}.exe-${random.hex(8)}`.toUpperCase()}.pf`,
    () => `${userFolder(random)}\\AppData\\Local\\Temp\\${random.guid()}.tmp`,
    () => documentPath(random, ['docx', 'xlsx', 'pdf', 'txt', 'png', 'zip']),
    () => `D:\\repos\\${fileStem(random)}\\.git\\objects\\${random.hex(2)}\\${random.hex(38)}`,
    () =>
      `D:\\repos\\${fileStem(random)}\\node_modules\\${random.token(7)}\\${fileStem(random)}.js`,
    () => `C:\\ProgramData\\Package Cache\\{${random.guid()}}\\${fileStem(random)}.cab`,
  ])()
}

function rarePath(random: Random): string {
  return random.pick([
    () => `${userFolder(random)}\\${START_MENU}\\${fileStem(random)}.lnk`,
    () => `${userFolder(random)}\\${START_MENU}\\${random.token(6)}.vbs`,
    () => `${userFolder(random)}\\Downloads\\${fileStem(random)}.iso`,
    () => `C:\\Windows\\Temp\\${random.token(6)}.dmp`,
    () => `C:\\Windows\\System32\\Tasks\\${fileStem(random)}`,
    () => `C:\\Windows\\System32\\drivers\\${random.token(6)}.sys`,
    () => `C:\\inetpub\\wwwroot\\${random.token(6)}.aspx`,
    () => `${userFolder(random)}\\AppData\\Local\\Temp\\${random.token(6)}.ps1`,
    () => `C:\\Users\\Public\\${random.token(6)}.exe`,
  ])()
}
