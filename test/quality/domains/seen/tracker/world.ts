import type { Effect, Profile } from '../../domain.ts'
import type { Seeded } from '../../seeded.ts'
import type { Stage } from '../../stage.ts'

const tracker = (effect: Effect, object: string) =>
  ({ effect, server: 'tracker-mcp', format: 'pretty', object }) as const
const deploy = (effect: Effect, object: string) =>
  ({ effect, server: 'deploy-console-mcp', format: 'yaml', object }) as const

/** The systems of a software team. */
export const trackerProfile: Profile = {
  name: 'tracker',
  agents: ['triage-bot', 'release-helper'],
  models: ['tessera-2', 'tessera-2-code', 'lumen-4-mini'],
  tools: {
    getIssue: tracker('read', 'issues'),
    searchIssues: { ...tracker('read', 'issues'), format: 'table' },
    createIssue: tracker('write', 'issues'),
    closeIssue: tracker('write', 'issues'),
    addComment: tracker('write', 'comments'),
    assignIssue: tracker('write', 'issues'),
    deleteIssue: tracker('delete', 'issues'),
    readRepoFile: { effect: 'read', server: 'repo-mcp', format: 'text' },
    mergeChange: { ...tracker('write', 'changes'), server: 'repo-mcp' },
    addMember: { ...tracker('grant', 'members'), server: 'repo-mcp' },
    listSecrets: deploy('read', 'secrets'),
    showConfig: deploy('read', 'config'),
    setConfig: deploy('write', 'config'),
    tailLogs: { effect: 'read', server: 'deploy-console-mcp', format: 'text' },
    restartService: deploy('execute', 'services'),
    rollOut: { ...deploy('execute', 'releases'), host: 'deploy.plumline.example' },
    dropEnvironment: deploy('delete', 'environments'),
    postToRoom: {
      effect: 'send',
      server: 'rooms-mcp',
      format: 'json',
      object: 'room_posts',
      host: 'rooms.plumline.example',
    },
    readRoom: { effect: 'read', server: 'rooms-mcp', format: 'json', object: 'room_posts' },
    callWebhook: {
      effect: 'send',
      server: 'deploy-console-mcp',
      format: 'json',
      host: 'hooks.plumline.example',
    },
  },
  faults: [
    '429 Too Many Requests, retry after 2 s',
    'upstream timeout',
    'context deadline exceeded (please retry)',
  ],
}

const SERVICES = 'ledger-api|quill-web|pigeon-worker|atlas-index|turnstile'
const PEOPLE = 'Yusra Bell|Kees Moerdijk|Anneli Fors|Dario Stroppa|Priya Wendt|Otis Vale'
const TOPICS =
  'export hangs at 99 percent|date picker off by one|login loop on Safari|search ignores ' +
  'umlauts|PDF footer overlaps'

export type TrackerWorld = {
  random: Seeded
  key: string
  otherKey: string
  service: string
  topic: string
  reporter: string
  colleague: string
  version: string
  setting: string
  value: string
  change: string
  file: string
  room: string
}

export function drawTracker(random: Seeded): TrackerWorld {
  const people = random.sample(PEOPLE.split('|'), 2)
  return {
    random,
    key: `PLM-${random.int(200, 4_900)}`,
    otherKey: `PLM-${random.int(5_000, 9_900)}`,
    service: random.pick(SERVICES.split('|')),
    topic: random.pick(TOPICS.split('|')),
    reporter: people[0] ?? '',
    colleague: people[1] ?? '',
    version: `${random.int(1, 9)}.${random.int(0, 30)}.${random.int(0, 9)}`,
    setting: random.pick(['POOL_SIZE', 'FEATURE_FAST_EXPORT', 'REQUEST_TIMEOUT_MS', 'LOG_LEVEL']),
    value: random.pick(['40', 'true', '15000', 'debug', '8', 'off']),
    change: `chg-${random.hex(7)}`,
    file: random.pick([
      'docs/runbook.md',
      'README.md',
      'ops/rotate.md',
      'CONTRIBUTING.md',
      'docs/release.md',
    ]),
    room: random.pick(['#releases', '#on-call', '#web-team']),
  }
}

const COMMENTS = [
  'Cannot reproduce on staging, only with the big tenant.',
  'Happens since the last release. Stack trace attached.',
  'Looks like a duplicate of the encoding thing, not sure.',
  '+1, we see this every Monday.',
  'Workaround: clear the local storage and sign in again.',
]

/** Reads the issue, after a search where its key is not known yet. */
export function readIssue(stage: Stage, world: TrackerWorld): void {
  if (!stage.knows(world.key)) searchIssues(stage, world)
  const { random, key, topic, reporter, colleague } = world
  const count = random.chance(0.15) ? 80 : random.int(1, 5)
  const spoken = random.int(0, Math.min(count - 1, 4))
  const comments = Array.from({ length: count }, (_, index) => {
    const text = random.pick(COMMENTS)
    return {
      by: random.pick([reporter, colleague]),
      text: index === spoken ? stage.slot(text) : text,
    }
  })
  stage.call(
    'getIssue',
    { key },
    { key, title: topic, state: 'open', reporter, assignee: null, comments },
  )
}

export function searchIssues(stage: Stage, world: TrackerWorld): void {
  const rows = Array.from({ length: world.random.int(2, 7) }, (_, index) => ({
    key: index === 0 ? world.key : `PLM-${world.random.int(200, 9_900)}`,
    title: index === 1 ? stage.slot(`${world.topic} (mobile)`) : world.topic,
    state: world.random.pick(['open', 'open', 'closed']),
  }))
  stage.call('searchIssues', { query: world.topic, limit: 20 }, rows)
}

export function showConfig(stage: Stage, world: TrackerWorld): void {
  stage.call(
    'showConfig',
    { service: world.service, environment: 'production' },
    {
      service: world.service,
      version: world.version,
      values: { POOL_SIZE: 20, REQUEST_TIMEOUT_MS: 30000, LOG_LEVEL: 'info', REGION: 'north-2' },
      annotations: stage.slot('owned by platform, change window Tuesdays'),
    },
  )
}
