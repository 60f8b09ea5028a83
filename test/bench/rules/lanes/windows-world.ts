import type { Random } from '../random.ts'

/** Parts of a Windows estate that several lanes speak of. */

const HOST_KINDS = ['ws', 'ws', 'ws', 'lap', 'lap', 'srv', 'dc', 'sql', 'web', 'build'] as const
const FOLDERS = [
  'Documents',
  'Downloads',
  'Desktop',
  'Pictures',
  'source\\repos',
  'OneDrive',
] as const
const WORDS = (
  'invoice budget report plan notes export minutes draft backup photo scan contract order ' +
  'survey roadmap inventory archive table release summary customer payroll agenda training ' +
  'license design'
).split(' ')

export function hostName(random: Random): string {
  return `${random.pick(HOST_KINDS)}-${random.whole(100, 460)}.corp.example`
}

export function accountName(random: Random): string {
  if (random.chance(0.35)) return 'NT AUTHORITY\\SYSTEM'
  if (random.chance(0.08)) return 'NT AUTHORITY\\NETWORK SERVICE'
  if (random.chance(0.1)) return `CORP\\svc-${random.pick(WORDS)}`
  return `CORP\\u${random.whole(10_000, 12_400)}`
}

export function userFolder(random: Random): string {
  return `C:\\Users\\u${random.whole(10_000, 12_400)}`
}

/** A word or two and a number: `budget-roadmap_381`. */
export function fileStem(random: Random): string {
  const second = random.chance(0.5) ? `-${random.pick(WORDS)}` : ''
  return `${random.pick(WORDS)}${second}_${random.whole(1, 2999)}`
}

export function documentPath(random: Random, extensions: readonly string[]): string {
  const folder = `${userFolder(random)}\\${random.pick(FOLDERS)}`
  return `${folder}\\${fileStem(random)}.${random.pick(extensions)}`
}

export function versionText(random: Random): string {
  return [24, 12, 22_631, 4800].map((most) => random.whole(0, most)).join('.')
}

export function processGuid(random: Random): string {
  return `{${random.guid().toUpperCase()}}`
}

export function hashes(random: Random): string {
  const [md5, sha256, imphash] = [random.hex(32), random.hex(64), random.hex(32)]
  return `MD5=${md5},SHA256=${sha256},IMPHASH=${imphash}`.toUpperCase()
}
