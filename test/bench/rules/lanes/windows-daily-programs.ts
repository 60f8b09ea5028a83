import type { Random } from '../random.ts'
import { MICROSOFT, POWERSHELL, SYSTEM, flags, program, type Program } from './windows-program.ts'
import { documentPath, fileStem, userFolder } from './windows-world.ts'

const SERVICES = [
  'BITS',
  'wuauserv',
  'Schedule',
  'DsmSvc',
  'CDPUserSvc',
  'AppXSvc',
  'lfsvc',
] as const
const GIT_COMMANDS = [
  'fetch --prune',
  'status --porcelain=v2',
  'rev-parse HEAD',
  'log -n 20 --format=%H',
] as const
const FILES = 'C:\\Program Files'

/** What people and services start all day; the first are the most frequent. */
export const DAILY_PROGRAMS: readonly Program[] = [
  program(
    `${SYSTEM}\\svchost.exe`,
    'svchost.exe',
    'Host Process for Windows Services',
    MICROSOFT,
    (r) =>
      '-k ' +
      `${r.pick(['netsvcs', 'LocalService', 'NetworkService', 'UnistackSvcGroup', 'wsappx'])} ` +
      '-p -s ' +
      r.pick(SERVICES) +
      (r.chance(0.3) ? `_${r.hex(6)}` : ''),
  ),
  program(
    `${FILES}\\Google\\Chrome\\Application\\chrome.exe`,
    'chrome.exe',
    'Google Chrome',
    'Google LLC',
    (r) =>
      `--type=${r.pick(['renderer', 'utility', 'gpu-process'])} --lang=en-US ` +
      `--device-scale-factor=1 --renderer-client-id=${r.whole(4, 900)} ` +
      `--launch-time-ticks=${r.whole(10 ** 8, 10 ** 11)} ${handles(r)} /` +
      `prefetch:${r.whole(1, 9)}`,
  ),
  program(
    `${SYSTEM}\\conhost.exe`,
    'CONHOST.EXE',
    'Console Window Host',
    MICROSOFT,
    (r) => `0x${r.hex(8)} -ForceV1`,
  ),
  program(
    `${FILES}\\Microsoft Office\\root\\Office16\\WINWORD.EXE`,
    'WinWord.exe',
    'Microsoft Word',
    MICROSOFT,
    (r) => `/n "${documentPath(r, ['docx', 'doc', 'rtf'])}" /o "" /vu ${r.hex(8)}`,
  ),
  program(
    `${FILES}\\Microsoft Office\\root\\Office16\\EXCEL.EXE`,
    'Excel.exe',
    'Microsoft Excel',
    MICROSOFT,
    (r) => `"${documentPath(r, ['xlsx', 'csv', 'xlsm'])}" /dde ${r.hex(6)}`,
  ),
  program(
    `${SYSTEM}\\backgroundTaskHost.exe`,
    'backgroundTaskHost.exe',
    'Background Task Host',
    MICROSOFT,
    (r) => `-ServerName:App.AppX${r.token(32)}.mca`,
  ),
  program(
    `${SYSTEM}\\cmd.exe`,
    'Cmd.Exe',
    'Windows Command Processor',
    MICROSOFT,
    (r) =>
      `/c "${userFolder(r)}\\scripts\\${fileStem(r)}.cmd" ${r.whole(1, 99)} > ` +
      `"C:\\logs\\${fileStem(r)}.log"`,
  ),
  program(
    `${FILES}\\nodejs\\node.exe`,
    'node.exe',
    'Node.js JavaScript Runtime',
    'Node.js',
    (r) =>
      `"D:\\build\\agent-${r.whole(1, 64)}\\_work\\${r.whole(1, 400)}` +
      `\\s\\scripts\\${fileStem(r)}.js" ` +
      flags(r, 3),
  ),
  program(
    `${FILES}\\Git\\cmd\\git.exe`,
    'git.exe',
    'Git for Windows',
    'The Git Development Community',
    (r) => `-C D:\\repos\\${fileStem(r)} ${r.pick(GIT_COMMANDS)} ${r.hex(40)}`,
  ),
  program(
    `${SYSTEM}\\taskhostw.exe`,
    'taskhostw.exe',
    'Host Process for Windows Tasks',
    MICROSOFT,
    (r) => `-RegisterDevice -Delta ${r.guid()}`,
  ),
  program(
    `${SYSTEM}\\msiexec.exe`,
    'msiexec.exe',
    'Windows installer',
    MICROSOFT,
    (r) => `/V /L*v C:\\logs\\msi_${r.token(8)}.log`,
  ),
  program(
    `${FILES}\\7-Zip\\7z.exe`,
    '7z.exe',
    '7-Zip Console',
    'Igor Pavlov',
    (r) =>
      `a -t7z "D:\\backup\\${fileStem(r)}.7z" "D:\\data\\${fileStem(r)}\\*" -mx=${r.whole(1, 9)}`,
  ),
  program(
    POWERSHELL,
    'PowerShell.EXE',
    'Windows PowerShell',
    MICROSOFT,
    (r) =>
      `-File "C:\\ops\\jobs\\${fileStem(r)}.ps1" -RunId ${r.guid()} -Retention ${r.whole(3, 90)}`,
  ),
  program(
    `${FILES}\\dotnet\\dotnet.exe`,
    '.NET Host',
    '.NET Host',
    MICROSOFT,
    (r) =>
      `exec "D:\\apps\\${fileStem(r)}\\${r.token(9)}.dll" --urls http://` +
      `127.0.0.1:${r.whole(5000, 6400)} ${flags(r, 2)}`,
  ),
  program(
    (r) => `${userFolder(r)}\\AppData\\Local\\Programs\\Editor\\Editor.exe`,
    'electron.exe',
    'Editor',
    'Example Software',
    (r) => `--type=utility --utility-sub-type=node.mojom.NodeService ${handles(r)} ${flags(r, 2)}`,
  ),
  program(
    `${SYSTEM}\\RuntimeBroker.exe`,
    'RuntimeBroker.exe',
    'Runtime Broker',
    MICROSOFT,
    (r) => `-Embedding ${r.guid()}`,
  ),
  program(
    `${SYSTEM}\\wbem\\WmiPrvSE.exe`,
    'Wmiprvse.exe',
    'WMI Provider Host',
    MICROSOFT,
    () => '-secured -Embedding',
  ),
  program(
    `${SYSTEM}\\SearchProtocolHost.exe`,
    'SearchProtocolHost.exe',
    'Search Protocol Host',
    MICROSOFT,
    (r) =>
      `Global\\UsGthrFltPipeMssGthrPipe${r.whole(1, 999)}_ ${r.whole(1, 99)} 1 ` +
      `-${r.whole(10 ** 9, 2 * 10 ** 9)} "Software\\Search" "${r.token(20)}"`,
  ),
  program(
    `${FILES}\\Python312\\python.exe`,
    'python.exe',
    'Python',
    'Python Software Foundation',
    (r) =>
      `-m ${r.pick(['pytest', 'pip', 'http.client', 'venv'])} ` +
      `"D:\\jobs\\${fileStem(r)}" ${flags(r, 2)}`,
  ),
  program(
    `${SYSTEM}\\notepad.exe`,
    'NOTEPAD.EXE',
    'Notepad',
    MICROSOFT,
    (r) => `"${documentPath(r, ['txt', 'log', 'ini'])}"`,
  ),
  program(
    `${SYSTEM}\\robocopy.exe`,
    'robocopy.exe',
    'Microsoft Robocopy',
    MICROSOFT,
    (r) =>
      `"D:\\share\\${fileStem(r)}" ` +
      `"\\\\nas-${r.whole(1, 9)}.corp.example\\archive\\${fileStem(r)}" /MIR /` +
      `R:${r.whole(1, 5)} /LOG+:C:\\logs\\copy_${r.whole(1, 31)}.log`,
  ),
  program(
    (r) => `${FILES}\\${fileStem(r)}\\${r.token(7)}.exe`,
    'service.exe',
    'Line of business service',
    'Example Industries',
    (r) => flags(r, 4),
  ),
]

const handles = (random: Random): string =>
  `--mojo-platform-channel-handle=${random.whole(1500, 9900)} ` +
  `--field-trial-handle=${random.whole(1000, 9999)},i,` +
  `${random.whole(10 ** 9, 10 ** 10)},${random.whole(10 ** 9, 10 ** 10)},262144`
