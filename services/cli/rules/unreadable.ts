import { Fault } from '#domain/fault.ts'

const REASON_BY_CODE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a directory'],
])

/** The fault of a file that cannot be read; `-` is standard input. */
export function unreadable(path: string, cause: unknown): Fault {
  const { code } = cause as NodeJS.ErrnoException
  const reason = REASON_BY_CODE.get(code ?? '') ?? `the system says ${code ?? 'no more'}`
  return new Fault('INPUT_UNREADABLE', `Cannot read ${inputName(path)}: ${reason}`, { cause })
}

/** How an input is called in a message. */
export function inputName(path: string): string {
  return path === '-' ? 'standard input' : path
}
