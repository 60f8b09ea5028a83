import { spawnSync } from 'node:child_process'

let found: 'docker' | 'java' | 'none' | undefined

/**
 * How real servers can be started on this machine: in Docker where it answers, else from Maven's
 * jars; undefined where neither is there. Then tests that need them are left out, and say so.
 */
export function realServers(): 'docker' | 'java' | undefined {
  found ??= look()
  return found === 'none' ? undefined : found
}

/** What a suite says of itself where it cannot run. */
export const NO_SERVERS = 'needs Docker, or Java 17 and Maven, for a real server: left out'

function look(): 'docker' | 'java' | 'none' {
  if (answers('docker', ['version', '--format', '{{.Server.Version}}'])) return 'docker'
  return answers('java', ['-version']) && answers('mvn', ['-version']) ? 'java' : 'none'
}

function answers(command: string, parameters: string[]): boolean {
  const { status } = spawnSync(command, parameters, { stdio: 'ignore', timeout: 20_000 })
  return status === 0
}
