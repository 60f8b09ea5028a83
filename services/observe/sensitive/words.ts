import { findClusterSecretAt } from './cluster-secret.ts'
import { findCommandLogins, isBasicLogin } from './login.ts'
import type { Findings } from './finding.ts'
import { mayBegin, findFormatAt } from './format-index.ts'
import { findKeyBlockAt } from './key-block.ts'
import { entropyOf, isPlaceholder } from './placeholder.ts'
import { findWebTokenAt } from './web-token.ts'

const ASCII_COUNT = 128
const BEARER_MIN_ENTROPY = 3
const BEARER = /(?:bearer|token) {1,4}(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_.~+/-]{16,2048}={0,2}/iy
const BASIC = /basic {1,4}[A-Za-z0-9+/]{8,512}={0,2}(?![A-Za-z0-9])/iy
const BUNDLER =
  /BUNDLE_[A-Z0-9_]{1,48}__[A-Z0-9_]{1,48}["' ]{0,3}[:=]["' ]{0,3}[^\s:"'$<]{4,64}:[^\s"'$<]{4,64}/y

/** What else than a provider's prefix opens at a word, and reads on from there. */
const READERS: readonly [opening: string, read: (findings: Findings, start: number) => number][] = [
  ['BEGIN', findKeyBlockAt],
  ['eyJ', findWebTokenAt],
  ['curl', findCommandLogins],
  ['kind', findClusterSecretAt],
  ['Bearer', findBearer],
  ['bearer', findBearer],
  ['Token', findBearer],
  ['Basic', findBasic],
  ['basic', findBasic],
  ['BUNDLE_', findBundlerLogin],
]

/** For every pair of first characters: what a word that begins so may open, a bit each. */
const ROUTES = new Uint8Array(ASCII_COUNT * ASCII_COUNT)
const OPENS_FORMAT = 1
const OPENS_READER = 2
for (let slot = 0; slot < ROUTES.length; slot += 1) {
  if (mayBegin(slot >> 7, slot & 127)) ROUTES[slot] = OPENS_FORMAT
}
for (const [opening] of READERS) {
  const slot = opening.charCodeAt(0) * ASCII_COUNT + opening.charCodeAt(1)
  ROUTES[slot] = (ROUTES[slot] ?? 0) | OPENS_READER
}

/** What may open at a word that begins with these two codes; 0 for nothing, as most do. */
export function routeOf(code: number, next: number): number {
  return next < ASCII_COUNT ? (ROUTES[code * ASCII_COUNT + next] ?? 0) : 0
}

/** Reports what opens at the word at `start` by its route; how far it reaches, or `start`. */
export function readOpening(findings: Findings, start: number, route: number): number {
  if ((route & OPENS_READER) !== 0) {
    const code = findings.text.charCodeAt(start)
    for (const [opening, read] of READERS) {
      if (opening.charCodeAt(0) !== code) continue
      if (!findings.text.startsWith(opening, start)) continue
      const end = read(findings, start)
      if (end > start) return end
    }
  }
  return (route & OPENS_FORMAT) === 0 ? start : findFormatAt(findings, start)
}

/** `Bearer …`: the scheme says what the value is, so it only has to be random. */
function findBearer({ text, named }: Findings, start: number): number {
  BEARER.lastIndex = start
  if (!BEARER.test(text)) return start
  const end = BEARER.lastIndex
  const from = text.lastIndexOf(' ', end) + 1
  const value = text.slice(from, end)
  if (isPlaceholder(value) || entropyOf(value) < BEARER_MIN_ENTROPY) return start
  named.push({ type: 'api_key', start: from, end, detector: 'bearer-token' })
  return start
}

/** `Basic …`: base64 of a user and a password. */
function findBasic({ text, spans }: Findings, start: number): number {
  BASIC.lastIndex = start
  if (!BASIC.test(text)) return start
  const end = BASIC.lastIndex
  const from = text.lastIndexOf(' ', end) + 1
  if (!isBasicLogin(text.slice(from, end))) return start
  spans.push({ type: 'password', start: from, end, detector: 'basic-login' })
  return end
}

/** `BUNDLE_GEMS__EXAMPLE__COM: user:password`, how Bundler is told a login for a source. */
function findBundlerLogin({ text, spans }: Findings, start: number): number {
  BUNDLER.lastIndex = start
  if (!BUNDLER.test(text)) return start
  const end = BUNDLER.lastIndex
  spans.push({ type: 'password', start, end, detector: 'bundler-login' })
  return end
}
