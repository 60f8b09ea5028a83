import type { Provider } from './finding.ts'
import { ALPHABETS } from './formats.ts'
import { entropyOf, isBlanked } from './placeholder.ts'

const ENTROPY_DEFAULT = 3

type Row = [detector: string, name: string, shape: string, entropyMin?: number]

/**
 * Values that only the provider's name tells from other numbers: what the name before the value
 * must hold (in small letters, without separators), and the whole value.
 */
const ROWS: readonly Row[] = [
  ['adafruit-key', 'adafruit', '<any>{32}'],
  ['adobe-client', 'adobe', '<hex>{32}'],
  ['airtable-key', 'airtable', '<alnum>{17}'],
  ['algolia-key', 'algolia', '<lower>{32}'],
  ['alibaba-secret', 'alibaba|aliyun', '<alnum>{30}'],
  ['asana-client', 'asana', '<digit>{16}', 2],
  ['asana-secret', 'asana', '<lower>{32}'],
  ['atlassian-token', 'atlassian|confluence|jira', '<alnum>{20}<hex>{4}', 3.5],
  ['aws-secret-key', 'aws|amazon', '[A-Za-z0-9+/]{40}', 4],
  ['bitbucket-client', 'bitbucket', '<alnum>{32}'],
  ['bitbucket-secret', 'bitbucket', '[A-Za-z0-9_=-]{64}'],
  ['bittrex-key', 'bittrex', '<lower>{32}'],
  ['cloudflare-key', 'cloudflare', '<any>{40}'],
  ['cloudflare-global-key', 'cloudflare', '<hex>{37}'],
  ['codecov-token', 'codecov', '<lower>{32}|<uuid>'],
  ['cohere-key', 'cohere|coapikey', '<alnum>{40}', 3.5],
  ['coinbase-token', 'coinbase', '<any>{64}'],
  ['confluent-key', 'confluent', '<alnum>{16}|<alnum>{64}'],
  ['contentful-token', 'contentful', '[A-Za-z0-9_=-]{43}'],
  ['datadog-key', 'datadog|ddapi|ddapp', '<lower>{32}|<lower>{40}'],
  ['discord-client', 'discord', '<digit>{17,19}', 2],
  ['discord-secret', 'discord', '[A-Za-z0-9_=-]{32}|<hex>{64}'],
  ['drone-token', 'droneci', '<lower>{32}'],
  ['dropbox-token', 'dropbox', '<lower>{15}|sl\\.[A-Za-z0-9_=-]{130,152}'],
  ['dropbox-long-token', 'dropbox', '<alnum>{11}AAAAAAAAAA<any>{43}', 2.5],
  ['etsy-key', 'etsy', '<lower>{24}'],
  ['facebook-secret', 'facebook|fbapp', '<hex>{32}'],
  ['fastly-token', 'fastly', '[A-Za-z0-9_=-]{32}'],
  ['finicity-token', 'finicity', '<hex>{32}|<alnum>{20}'],
  ['finnhub-token', 'finnhub', '<alnum>{20}'],
  ['flickr-key', 'flickr', '<lower>{32}'],
  ['freshbooks-token', 'freshbooks', '<lower>{64}'],
  ['gitter-token', 'gitter', '<any>{40}'],
  ['heroku-key', 'heroku', '<uuid>', 2.5],
  ['hubspot-key', 'hubspot', '<uuid>', 2.5],
  ['intercom-key', 'intercom', '[A-Za-z0-9_=-]{60}'],
  ['jfrog-key', 'jfrog|artifactory|bintray|xray', '<alnum>{73}|<alnum>{64}'],
  ['kraken-token', 'kraken', '[A-Za-z0-9/=_+-]{80,90}'],
  ['kucoin-key', 'kucoin', '<hex>{24}|<uuid>', 2.5],
  ['launchdarkly-token', 'launchdarkly', '[A-Za-z0-9_=-]{40}'],
  ['linear-secret', 'linearclient|linearapi|linearsecret', '<hex>{32}'],
  ['linkedin-client', 'linkedin', '<alnum>{14}|<alnum>{16}'],
  ['looker-key', 'looker', '<lower>{20}|<lower>{24}'],
  ['mailgun-signing-key', 'mailgun', '<lower>{32}-<lower>{8}-<lower>{8}'],
  ['mattermost-token', 'mattermost', '<lower>{26}'],
  ['maxmind-key', 'maxmind|geoip|mmdb', '<alnum>{6}_<alnum>{29}_mmk', 3.5],
  ['meraki-key', 'meraki', '<hex>{40}'],
  ['messagebird-token', 'messagebird', '<alnum>{25}|<uuid>', 2.5],
  ['netlify-token', 'netlify', '[A-Za-z0-9_=-]{40,46}'],
  ['new-relic-id', 'newrelic', '<lower>{64}'],
  ['nytimes-key', 'nytimes|newyorktimes', '[A-Za-z0-9_=-]{32}'],
  ['okta-token', 'okta', '00[A-Za-z0-9_=-]{40}', 4],
  ['pagerduty-key', 'pagerduty', '<any>{20}', 3.5],
  ['plaid-client', 'plaid', '<lower>{24}|<lower>{30}', 3.3],
  ['private-ai-key', 'privateai', '<lower>{32}'],
  ['rapidapi-key', 'rapidapi', '<any>{50}'],
  ['sendbird-token', 'sendbird', '<hex>{40}|<uuid>', 2.5],
  ['sentry-token', 'sentry', '<hex>{64}'],
  ['snyk-token', 'snyktoken|snykkey|snykapi|snykoauth', '<uuid>', 2.5],
  ['sonar-token', 'sonarlogin|sonartoken|sonarqube', '(?:sq[uap]_)?[A-Za-z0-9_=-]{40}'],
  ['sourcegraph-token', 'sourcegraph', '<Hex>{40}'],
  ['squarespace-token', 'squarespace', '<uuid>', 2.5],
  ['sumologic-id', 'sumo', 'su<alnum>{12}'],
  ['sumologic-key', 'sumo', '<alnum>{64}'],
  ['travis-token', 'travis', '<any>{22}', 3.5],
  ['trello-token', 'trello', '<hex>{32}|<hex>{64}'],
  ['twilio-token', 'twilio', '<hex>{32}'],
  ['twitch-token', 'twitch', '<lower>{30}'],
  ['twitter-secret', 'twitter', '<alnum>{25}|<alnum>{45}|<alnum>{50}', 3.5],
  ['twitter-token', 'twitter', '<digit>{15,25}-<alnum>{20,40}'],
  ['twitter-bearer', 'twitter', 'A{22}[A-Za-z0-9%]{80,100}', 2.5],
  ['yandex-key', 'yandex', 'YC<any>{38}'],
  ['zendesk-key', 'zendesk', '<lower>{40}'],
]

const PROVIDERS: readonly Provider[] = ROWS.map(([detector, name, shape, entropyMin]) => ({
  detector,
  names: name.split('|'),
  shape: new RegExp(`^(?:${spelled(shape)})$`),
  entropyMin: entropyMin ?? ENTROPY_DEFAULT,
}))
/** Names that are about a provider's values and hold none. */
const OTHER_NAME = /url$|uri$|host$|hash$|sha\d*$|checksum$|digest$|version$|commit$|revision$|kit$/

const ANY_NAME = new RegExp(PROVIDERS.flatMap(({ names }) => names).join('|'))

/** The providers that the words of a name begin to name; none where it is about their values. */
export function providersOf(words: readonly string[]): readonly Provider[] {
  const name = words.join('')
  if (!ANY_NAME.test(name) || OTHER_NAME.test(name)) return []
  const tails = words.map((_, index) => words.slice(index).join(''))
  return PROVIDERS.filter(({ names }) => {
    return names.some((part) => tails.some((tail) => tail.startsWith(part)))
  })
}

/** The detector of a value that has the shape of one of the providers' values. */
export function providerOf(providers: readonly Provider[], value: string): string | undefined {
  const found = providers.find(({ shape, entropyMin }) => {
    return shape.test(value) && entropyOf(value) >= entropyMin
  })
  if (found === undefined || isBlanked(value) || !/\d/.test(value)) return undefined
  return found.detector
}

function spelled(shape: string): string {
  return shape.replaceAll(/<(\w+)>/g, (_, name: string) => `(?:${ALPHABETS[name] ?? ''})`)
}
