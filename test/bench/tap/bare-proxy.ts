import { Agent, createServer, request } from 'node:http'

// What any proxy on `node:http` costs: it gathers a request and its answer, and passes them on.
const [port, upstreamPort] = process.argv.slice(2).map(Number)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const OF_ONE_CONNECTION = new Set(['transfer-encoding', 'connection', 'keep-alive'])

const server = createServer((asked, answered) => {
  const body: Buffer[] = []
  asked.on('data', (chunk: Buffer) => body.push(chunk))
  asked.on('end', () => {
    const { method = 'GET', url: path = '/', rawHeaders: headers } = asked
    const onward = request({ port: upstreamPort, method, path, headers, agent }, (answer) => {
      const text: Buffer[] = []
      answer.on('data', (chunk: Buffer) => text.push(chunk))
      answer.on('end', () => {
        const kept = answer.rawHeaders.filter((_, index, all) => {
          const name = all[index - (index % 2)] ?? ''
          return !OF_ONE_CONNECTION.has(name.toLowerCase())
        })
        answered.writeHead(answer.statusCode ?? 502, kept)
        answered.end(Buffer.concat(text).toString('latin1'), 'latin1')
      })
    })
    onward.end(Buffer.concat(body).toString('latin1'), 'latin1')
  })
})
server.listen(port)
