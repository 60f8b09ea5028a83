import { describe, expect, test } from 'vitest'

import { sensitiveSpans, sensitiveTypes } from '../../services/observe/sensitive.ts'

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()
const DIGITS = '0123456789'
const HEX = `${DIGITS}abcdef`
const ALNUM = UPPER + LOWER + DIGITS
const WIDE = `${ALNUM}-_`

/** Characters drawn from an alphabet, the same in every run; no key in here was ever given out. */
function drawn(alphabet: string, length: number, seed = length): string {
  let state = seed * 2_654_435_761
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return alphabet[(state >>> 8) % alphabet.length] ?? ''
  }).join('')
}

/** What stands in the middle of one provider's keys. */
const MARK = ['T3Blbk', 'FJ'].join('')
const uuid = [8, 4, 4, 4, 12].map((length, seed) => drawn(HEX, length, seed + 40)).join('-')

/** Detector, beginning, alphabet and length of what follows, what ends it. */
const FIXED: [detector: string, opening: string, body: string, ending?: string][] = [
  ['aws-access-key', 'AKIA', drawn(`${UPPER}234567`, 16)],
  ['aws-bedrock-key', 'ABSK', drawn(ALNUM, 128), '='],
  ['azure-client-secret', `aB38Q~`, drawn(ALNUM, 34)],
  ['azure-account-key', 'AccountKey=', drawn(ALNUM, 86), '=='],
  ['databricks-token', 'dapi', drawn(HEX, 32)],
  ['digitalocean-token', 'dop_v1_', drawn(HEX, 64)],
  ['doppler-token', 'dp.pt.', drawn(ALNUM, 43)],
  ['google-api-key', 'AIzaSy', drawn(ALNUM, 33)],
  ['google-oauth-secret', 'GOCSPX-', drawn(ALNUM, 28)],
  ['planetscale-secret', 'pscale_tkn_', drawn(ALNUM, 43)],
  ['tailscale-key', 'tskey-auth-', `${drawn(ALNUM, 12)}-${drawn(ALNUM, 32)}`],
  ['github-token', 'ghp_', drawn(ALNUM, 36)],
  ['github-fine-grained-token', 'github_pat_', `${drawn(ALNUM, 22)}_${drawn(ALNUM, 59)}`],
  ['gitlab-token', 'glpat-', drawn(ALNUM, 20)],
  ['linear-key', 'lin_api_', drawn(ALNUM, 40)],
  ['npm-token', 'npm_', drawn(ALNUM, 36)],
  ['octopus-key', 'API-', drawn(UPPER + DIGITS, 26)],
  ['openshift-token', 'sha256~', drawn(ALNUM, 43)],
  ['postman-key', 'PMAK-', `${drawn(HEX, 24)}-${drawn(HEX, 34)}`],
  ['pulumi-token', 'pul-', drawn(HEX, 40)],
  ['pypi-token', `pypi-AgEIcHlwaS5vcmc`, drawn(ALNUM, 70)],
  ['rubygems-token', 'rubygems_', drawn(HEX, 48)],
  ['terraform-token', `${drawn(ALNUM, 14)}.atlasv1.`, drawn(ALNUM, 67)],
  ['vault-token', 'hvs.', drawn(ALNUM, 95)],
  ['vault-legacy-token', 's.', `7${drawn(ALNUM, 23)}`],
  ['anthropic-key', 'sk-ant-api03-', drawn(ALNUM, 93), 'AA'],
  ['openai-legacy-key', 'sk-', `${drawn(ALNUM, 20)}${MARK}${drawn(ALNUM, 20, 21)}`],
  ['openai-key', 'sk-proj-', drawn(ALNUM, 120)],
  ['huggingface-token', 'hf_', drawn(UPPER + LOWER, 34)],
  ['groq-key', 'gsk_', drawn(ALNUM, 52)],
  ['stripe-key', 'sk_live_', drawn(ALNUM, 24)],
  ['shopify-token', 'shpat_', drawn(HEX, 32)],
  ['square-token', 'sq0atp-', drawn(ALNUM, 22)],
  ['1password-secret-key', 'A3-', secretKey()],
  ['discord-bot-token', 'M', `7${drawn(ALNUM, 23)}.${drawn(ALNUM, 6)}.${drawn(ALNUM, 27)}`],
  ['facebook-app-token', `${drawn(DIGITS, 16)}|`, drawn(ALNUM, 27)],
  ['mailchimp-key', `${drawn(HEX, 32)}-us`, '12'],
  ['mailgun-key', 'key-', drawn(HEX, 32)],
  ['notion-token', 'ntn_', drawn(DIGITS, 11) + drawn(ALNUM, 35)],
  ['sendgrid-key', 'SG.', `${drawn(ALNUM, 22)}.${drawn(ALNUM, 43)}`],
  ['slack-bot-token', 'xoxb-', `${drawn(DIGITS, 12)}-${drawn(DIGITS, 13)}-${drawn(ALNUM, 24)}`],
  ['slack-webhook', 'hooks.slack.com/services/', `T${drawn(ALNUM, 8)}/B${drawn(ALNUM, 34)}`],
  ['telegram-bot-token', `${drawn(DIGITS, 10)}:AA`, drawn(ALNUM, 33)],
  ['twilio-key', 'SK', drawn(HEX, 32)],
  ['age-key', 'AGE-SECRET-KEY-1', drawn('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)],
  ['dynatrace-token', 'dt0c01.', `${drawn(UPPER, 24)}.${drawn(UPPER + DIGITS, 64)}`],
  ['grafana-account-token', 'glsa_', `${drawn(ALNUM, 32)}_${drawn(HEX, 8)}`],
  ['new-relic-key', 'NRAK-', drawn(UPPER + DIGITS, 27)],
  ['sentry-user-token', 'sntryu_', drawn(HEX, 64)],
]

function secretKey(): string {
  const groups = [6, 6, 5, 5, 5, 5].map((length, seed) => drawn(UPPER + DIGITS, length, seed + 3))
  return groups.join('-')
}

describe.each(FIXED)('%s', (detector, opening, body, ending = '') => {
  const token = opening + body + ending

  test.for([
    { why: 'alone', text: token },
    { why: 'in quotes', text: `"${token}"` },
    { why: 'at the end of a sentence', text: `It is ${token}. Keep it.` },
    { why: 'after an escaped newline', text: `first\\n${token}\\nlast` },
    { why: 'in an address', text: `/login?a=1&token=${token}&b=2` },
  ])('$why', ({ text }) => {
    const start = text.indexOf(token)
    const spans = sensitiveSpans(text).filter((span) => span.detector === detector)
    expect(spans.map((span) => [span.start, span.end])).toEqual([[start, start + token.length]])
  })

  test.for([
    { why: 'blanked', text: opening + 'x'.repeat(body.length) + ending },
    { why: 'cut short', text: opening + body.slice(0, body.length / 4) },
    { why: 'another beginning', text: `q${opening}${body}`.slice(0, opening.length) },
  ])('not $why', ({ text }) => {
    const detectors = sensitiveSpans(text).map((span) => span.detector)
    expect(detectors).not.toContain(detector)
  })
})

const part = drawn(ALNUM, 40)
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = [encoded({ alg: 'HS256' }), encoded({ sub: 'one' }), drawn(WIDE, 43)].join('.')
const block = (kind: string, body: string): string =>
  `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----`

test.for([
  { why: 'a web token', text: `cookie: ${token}`, types: ['jwt'] },
  { why: 'a web token in a header', text: `Authorization: Bearer ${token}`, types: ['jwt'] },
  {
    why: 'a web token that nobody signed',
    text: `${token.replace(/[^.]+$/, '')} `,
    types: ['jwt'],
  },
  { why: 'two parts of one', text: token.replace(/\.[^.]+$/, ''), types: [] },
  { why: 'a private key', text: block('RSA PRIVATE KEY', part + part), types: ['private_key'] },
  { why: 'a private key cut off', text: '-----BEGIN PRIVATE KEY-----', types: ['private_key'] },
  {
    why: 'a key of PGP',
    text: block('PGP PRIVATE KEY BLOCK', part + part),
    types: ['private_key'],
  },
  {
    why: 'a private key in JSON',
    text: block('PRIVATE KEY', `\\n${part}${part}`),
    types: ['private_key'],
  },
  { why: 'a key cut short', text: block('PRIVATE KEY', 'MIIB'), types: ['private_key'] },
  { why: 'a key left out', text: block('PRIVATE KEY', 'MIIB...'), types: [] },
  { why: 'a placeholder in a block', text: block('PRIVATE KEY', 'anything'), types: [] },
  { why: 'a header spoken of', text: 'a -----BEGIN PRIVATE KEY----- line opens it', types: [] },
  { why: 'a public key', text: block('PUBLIC KEY', part + part), types: [] },
  {
    why: 'a robot',
    text: `/bot${drawn(DIGITS, 10)}:AA${drawn(ALNUM, 33)}/get`,
    types: ['api_key'],
  },
  { why: 'a bearer', text: `Authorization: Bearer ${drawn(HEX, 32)}`, types: ['api_key'] },
  { why: 'a basic login', text: `Basic ${btoa('harbour:Zk3-vv9-q')}`, types: ['password'] },
  { why: 'basic words', text: 'Basic authentication', types: [] },
  { why: 'a login in an address', text: 'postgres://app:q7Zk-33@db/x', types: ['password'] },
  { why: 'a variable in an address', text: 'postgres://app:${DB_SECRET}@db/x', types: [] },
  { why: 'a stand-in in an address', text: 'https://user:password@harbour.example', types: [] },
  { why: 'a port and a path', text: 'http://harbour.example:80/a@b', types: [] },
  { why: 'a login for curl', text: `curl -u ops:q7Zk33vvN https://a.example`, types: ['password'] },
  { why: 'one in quotes', text: `curl --user "ops":'q7Zk33vvN'`, types: ['password'] },
  { why: 'a variable for curl', text: 'curl -u "$USER:$TOKEN" https://a.example', types: [] },
  { why: 'a word for curl', text: 'curl -u user:pass https://a.example', types: [] },
  {
    why: 'a header for curl',
    text: `curl -H "X-Api-Key: ${drawn(HEX, 20)}" a`,
    types: ['api_key'],
  },
  { why: 'a header with a call', text: 'curl -H "Authorization: Bearer $(token)"', types: [] },
  {
    why: 'a source of Bundler',
    text: 'BUNDLE_GEMS__A__COM: feedface:5eaf00d5',
    types: ['password'],
  },
])('$why', ({ text, types }) => {
  expect(sensitiveTypes(text)).toEqual(types)
})

const value = btoa('harbour-q7Zk')

test.for([
  { why: 'in YAML', text: `kind: Secret\ndata:\n  key: ${value}\n`, count: 1 },
  { why: 'its data first', text: `data:\n  a: ${value}\n  b: ${value}\nkind: Secret`, count: 2 },
  { why: 'in JSON', text: `{"data": {"key": "${value}"}, "kind": "Secret"}`, count: 1 },
  { why: 'of another document', text: `data:\n  key: ${value}\n---\nkind: Secret\n`, count: 0 },
  { why: 'of another kind', text: `kind: ConfigMap\ndata:\n  key: ${value}\n`, count: 0 },
  { why: 'a template', text: 'kind: Secret\ndata:\n  key: {{ .Values.key }}\n', count: 0 },
])('the values of a cluster secret: $why', ({ text, count }) => {
  const spans = sensitiveSpans(text).filter(({ detector }) => detector === 'cluster-secret')
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(Array(count).fill(value))
})

const mixed = drawn(ALNUM, 32)
const hex = drawn(HEX, 32)

test.for([
  { why: 'a telling name', text: `client_secret = "${mixed}"`, types: ['api_key'] },
  { why: 'a name in JSON', text: `{"apiKey": "${mixed}"}`, types: ['api_key'] },
  {
    why: 'a name in escaped JSON',
    text: `{\\"accessToken\\": \\"${mixed}\\"}`,
    types: ['api_key'],
  },
  { why: 'a name in XML', text: `<secret>${mixed}</secret>`, types: ['api_key'] },
  {
    why: 'a name and its value',
    text: `{"name": "API_KEY", "value": "${mixed}"}`,
    types: ['api_key'],
  },
  { why: 'an arrow', text: `'token' => '${hex}'`, types: ['api_key'] },
  { why: 'a number after the name', text: `token2: ${hex}`, types: ['api_key'] },
  { why: 'a uuid', text: `api_key: ${uuid}`, types: ['api_key'] },
  { why: 'the shortest', text: `secret=${drawn(ALNUM, 16, 5)}`, types: ['api_key'] },
  { why: 'shorter than that', text: `secret=${drawn(ALNUM, 15, 5)}`, types: [] },
  { why: 'a password', text: 'password: Xk7-qqZ4vv', types: ['password'] },
  { why: 'a short password', text: 'password: Xk7-qqZ', types: [] },
  { why: 'a password that is a word', text: 'password: Harbour2024', types: [] },
  { why: 'a name that says nothing', text: `revision = "${mixed}"`, types: [] },
  { why: 'a page of a list', text: `"nextPageToken": "${mixed}"`, types: [] },
  { why: 'a public half', text: `public_key = "${mixed}"`, types: [] },
  { why: 'a form', text: `csrf_token = "${mixed}"`, types: [] },
  { why: 'the id of a credential', text: `credentialsId: '${uuid}'`, types: [] },
  {
    why: 'a place of a credential',
    text: `token_url=https://harbour.example/v1/${mixed}`,
    types: [],
  },
  { why: 'a variable', text: 'api_key = "${HARBOUR_API_KEY_2024}"', types: [] },
  { why: 'a call', text: 'API_KEY=$(cat /run/secrets/harbour_key_2024)', types: [] },
  { why: 'a name for it', text: 'secret: harbour-prod-key-2024', types: [] },
  { why: 'stars', text: `token: ab12${'*'.repeat(30)}`, types: [] },
  { why: 'spoken of', text: 'token: your-token-goes-here-12345', types: [] },
  { why: 'cut off', text: `token: ${drawn(ALNUM, 24)}...`, types: [] },
  { why: 'the alphabet', text: `secret: ${LOWER}${DIGITS}`, types: [] },
  { why: 'few letters', text: `secret: ${'ab1'.repeat(12)}`, types: [] },
  {
    why: 'a checked public account',
    text: `token: ${drawn(`${DIGITS}abcdefABCDEF`, 40)}`,
    types: [],
  },
  { why: 'a provider and its shape', text: `HEROKU_API_KEY=${uuid}`, types: ['api_key'] },
  { why: 'a provider inside a word', text: `smoktaste = "00${drawn(ALNUM, 40)}"`, types: [] },
  {
    why: 'a provider and another shape',
    text: `oktaOrganization = "${drawn(HEX, 20)}"`,
    types: [],
  },
  { why: 'an example of a manual', text: `AKIA${drawn(UPPER, 9)}EXAMPLE`, types: [] },
])('by name: $why', ({ text, types }) => {
  expect(sensitiveTypes(text)).toEqual(types)
})
