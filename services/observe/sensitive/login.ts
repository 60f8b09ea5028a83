import type { Findings, SensitiveType } from './finding.ts'
import { entropyOf, isPlaceholder, kindsIn } from './placeholder.ts'

const USER_MAX_LENGTH = 256
const LOGIN_MIN_LENGTH = 3
const COMMAND_MAX_LENGTH = 2048
const COMMAND_MAX_LINES = 6
const HEADER_MIN_LENGTH = 8
const MIN_ENTROPY = 2
const HEADER_MIN_ENTROPY = 2.75
const OPTION = /[\s](?:-u|--user|-H|--header)(?:[= ]{0,2})(?=["'\w$:{<\\[])/g
/** Codes of the signs that end the look for a user before an `@`. */
const NO_USER_PARTS = [...Buffer.from('/@"\'\\,;<>()`')]
const STAND_INS =
  /^(?:pass(?:word|wd|phrase)?|pwd|secret|change(?:it|me)|test|token|user(?:name)?)$/i
const HEADER_NAME = 'authorization|(?:x-(?:[a-z]+-)?)?(?:api-?|auth-?|access-?)?(?:key|token)'
const HEADER_SCHEME = '(?:(?:basic|bearer|token|apikey|api-token|key)\\s{1,4})?'
const HEADER = new RegExp(
  `^\\s{0,8}(?:${HEADER_NAME})\\s{0,4}:\\s{0,8}${HEADER_SCHEME}([\\w=~@.+/-]{8,})\\s{0,4}$`,
  'i',
)
const BASIC = /(?<=\bbasic\s{1,4})[A-Za-z0-9+/]{8,512}={0,2}/i

/** Reports the login in an address, `scheme://user:password@host`, before the `@` at `index`. */
export function findUrlLoginAt({ text, spans }: Findings, index: number): boolean {
  let start = index
  let colon = -1
  while (start > 0 && start > index - USER_MAX_LENGTH && isUserPart(text.charCodeAt(start - 1))) {
    start -= 1
    if (text.charCodeAt(start) === 58) colon = start
  }
  if (!text.startsWith('://', start - 3) || colon < 0) return false
  const password = text.slice(colon + 1, index)
  const user = text.slice(start, colon)
  if (password.length < LOGIN_MIN_LENGTH || isStandIn(password) || password === user) return false
  spans.push({ type: 'password', start, end: index, detector: 'address-login' })
  return true
}

/**
 * Reports the logins and keys that the `curl` command at `start` has as `--user` or `--header`.
 * Returns `start`: what else stands in a command is read as any text.
 */
export function findCommandLogins(findings: Findings, start: number): number {
  const { text } = findings
  if (start < findings.commandEnd) return start
  const command = commandAt(text, start)
  findings.commandEnd = start + command.length
  for (const option of command.matchAll(OPTION)) {
    const from = start + option.index + option[0].length
    const [value, end] = argumentAt(text, from, start + command.length)
    const isUser = option[0].includes('-u') && !option[0].includes('-H')
    if (isUser && isLogin(value)) push(findings, 'password', from, end, 'command-login')
    else if (!isUser && isKeyHeader(value)) push(findings, 'api_key', from, end, 'command-header')
  }
  return start
}

/** Whether text holds a user and a password for basic authentication. */
export function isBasicLogin(encoded: string): boolean {
  const login = Buffer.from(encoded, 'base64').toString('latin1')
  return /^[\x20-\x7e]{1,128}:[\x20-\x7e]{3,256}$/.test(login)
}

/** A command goes on after a newline for some lines. */
function commandAt(text: string, start: number): string {
  const limited = text.slice(start, start + COMMAND_MAX_LENGTH)
  return limited.split('\n', COMMAND_MAX_LINES).join('\n')
}

/** The argument at `from` without its quotes, and where it ends; quoted parts may follow on. */
function argumentAt(text: string, from: number, limit: number): [value: string, end: number] {
  let value = ''
  let index = from
  while (index < limit) {
    const char = text[index] ?? ' '
    if (char === '"' || char === "'") {
      const close = text.indexOf(char, index + 1)
      const end = close < 0 || close > limit ? limit : close
      value += text.slice(index + 1, end)
      index = end + 1
    } else if (/\s/.test(char)) break
    else {
      value += char
      index += 1
    }
  }
  return [value, Math.min(index, limit)]
}

/** `user:password`; either may be empty where the other is a key. */
function isLogin(value: string): boolean {
  const colon = value.indexOf(':')
  if (colon < 0 || /^<.*>$/.test(value)) return false
  const [user, password] = [value.slice(0, colon), value.slice(colon + 1)]
  const secret = password === '' ? user : password
  if (secret.length < LOGIN_MIN_LENGTH || isStandIn(secret)) return false
  return password !== '' || (kindsIn(user) > 2 && user.length > HEADER_MIN_LENGTH)
}

function isKeyHeader(value: string): boolean {
  const basic = BASIC.exec(value)
  if (basic !== null) return isBasicLogin(basic[0])
  const key = HEADER.exec(value)?.[1] ?? ''
  if (key.length < HEADER_MIN_LENGTH || isPlaceholder(key)) return false
  return /\d/.test(key) && entropyOf(key) >= HEADER_MIN_ENTROPY
}

/** What stands where a password would: a variable, a word for it, nothing but stars. */
function isStandIn(value: string): boolean {
  const inner = /^\{[^{}$]{8,}\}$/.test(value) ? value.slice(1, -1) : value
  return isPlaceholder(inner) || STAND_INS.test(inner) || entropyOf(inner) < MIN_ENTROPY
}

function push(
  { spans }: Findings,
  type: SensitiveType,
  start: number,
  end: number,
  detector: string,
): void {
  spans.push({ type, start, end, detector })
}

function isUserPart(code: number): boolean {
  return code > 32 && !NO_USER_PARTS.includes(code)
}
