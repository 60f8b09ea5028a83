import { request } from 'node:http'

/** Fetches a page by a proxy whose address holds a name, as a server's process would. */
export function fetchBy(proxyUrl: string, page: string): Promise<number> {
  const { hostname, port, username, password } = new URL(proxyUrl)
  const name = Buffer.from(`${username}:${password}`).toString('base64')
  const headers = { host: new URL(page).host, 'proxy-authorization': `Basic ${name}` }
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path: page, headers, agent: false })
    asked.on('response', (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.on('error', reject)
    asked.end()
  })
}
