import type { Random } from '../random.ts'

/** A program of a Windows estate, and how it is called. */
export type Program = {
  image: string | ((random: Random) => string)
  originalName: string
  describes: string
  company: string
  /** All that follows the program on the command line. */
  tail: (random: Random) => string
}

export const MICROSOFT = 'Microsoft Corporation'
export const SYSTEM = 'C:\\Windows\\System32'
export const POWERSHELL = `${SYSTEM}\\WindowsPowerShell\\v1.0\\powershell.exe`

export function program(
  image: Program['image'],
  originalName: string,
  describes: string,
  company: string,
  tail: Program['tail'],
): Program {
  return { image, originalName, describes, company, tail }
}

/** Options that no program has, with numbers. */
export function flags(random: Random, count: number): string {
  const flag = (): string => `--${random.token(6)}=${random.whole(0, 9999)}`
  return Array.from({ length: count }, flag).join(' ')
}
