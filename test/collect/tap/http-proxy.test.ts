import { request } from 'node:http'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

import { describe, expect, test } from 'vitest'

import { eventually } from '../../support/live.ts'
import {
  anHttpTap,
  ask,
  aServer,
  bodyOf,
  call,
  echo,
  JSON_HEADERS,
} from '../../support/mcp/an-http-tap.ts'

describe('a proxy', () => {
  test('reads what is plain inside of CONNECT', async () => {
    const upstream = await aServer(echo('json'))
    const { url, events } = await anHttpTap(undefined)
    const proxy = new URL(url)
    const socket = await new Promise<Socket>((resolve) => {
      const asked = request({
        host: proxy.hostname,
        port: proxy.port,
        method: 'CONNECT',
        path: upstream.host,
      })
      asked.on('connect', (_, opened) => resolve(opened))
      asked.end()
    })
    const body = await new Promise<string>((resolve) => {
      const headers = { ...JSON_HEADERS, host: upstream.host }
      const asked = request({
        createConnection: () => socket,
        path: '/mcp',
        method: 'POST',
        headers,
      })
      asked.on('response', (answer) => void bodyOf(answer).then(resolve))
      asked.end(call(1))
    })
    expect(body).toContain('"text":"hi"')
    expect(await eventually(events, (told) => told.length === 2)).toHaveLength(2)
  })

  test('takes whole addresses', async () => {
    const upstream = await aServer((asked, answer) => void answer.end(asked.url))
    const proxy = new URL((await anHttpTap(undefined)).url)
    const body = await new Promise<string>((resolve) => {
      const path = `${upstream.origin}/a?b=1`
      const asked = request({ host: proxy.hostname, port: proxy.port, path })
      asked.on('response', (answer) => void bodyOf(answer).then(resolve))
      asked.end()
    })
    expect(body).toBe('/a?b=1')
  })

  test('lets through what is encrypted, unseen, and says so once', async () => {
    const server = createServer((socket) => socket.on('data', (chunk) => socket.end(chunk)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { url, unseen } = await anHttpTap(undefined)
    const proxy = new URL(url)
    for (let count = 0; count < 2; count++) {
      const answer = await new Promise<Buffer>((resolve) => {
        const socket = connect(Number(proxy.port), proxy.hostname)
        socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`)
        socket.once('data', () => {
          socket.once('data', (chunk) => resolve(chunk))
          socket.write(Buffer.of(0x16, 3, 1, 0, 1))
        })
      })
      expect([...answer]).toEqual([0x16, 3, 1, 0, 1])
    }
    expect(unseen).toEqual([`127.0.0.1:${port}`])
    server.close()
  })

  test('says what is missing where no server is named', async () => {
    const { url } = await anHttpTap(undefined)
    expect((await ask(`${url}/mcp`, { method: 'GET' })).status).toBe(400)
  })
})
