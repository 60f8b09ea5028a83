import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { ROOT } from '../../processes.ts'
import { OUTSIDE_ADDRESS, PARTNER_ADDRESS, type Outside } from './outside.ts'

const RECORDER = join(ROOT, 'test/range/servers/socket-recorder.ts')

/**
 * Where there is no netfilter for us: a recorder within the server's process, which sees the
 * sockets that it opens and writes of them what ulogd2 would. For it the outside is this machine.
 */
export async function startOwnRecorder(parent: string): Promise<Outside> {
  const directory = join(parent, 'outside')
  mkdirSync(directory, { recursive: true })
  const [packetsFile, flowsFile] = [join(directory, 'packets.json'), join(directory, 'flows.json')]
  for (const file of [packetsFile, flowsFile]) writeFileSync(file, '')
  const web = createServer((asked, answer) => {
    asked.resume()
    answer.setHeader('connection', 'close')
    answer.end('a page\n')
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as { port: number }
  return {
    recorder: 'own',
    packetsFile,
    flowsFile,
    pageAt: (address) => `http://${address}:${port}`,
    startOf: (user, args) => ({
      command: [process.execPath, '--import', RECORDER, ...args],
      environment: {
        RECORDED_ADDRESSES: [OUTSIDE_ADDRESS, PARTNER_ADDRESS].join(','),
        RECORDED_USER: String(user),
        RECORDED_PACKETS: packetsFile,
        RECORDED_FLOWS: flowsFile,
      },
    }),
    stop: async () => {
      web.closeAllConnections()
      web.close()
    },
  }
}
