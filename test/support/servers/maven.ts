import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CACHE = join(tmpdir(), 'tocsin-test-servers')
const DOWNLOAD_MAX_MS = 300_000

/** Fetches artifacts with all they depend on, once; returns the directory of their jars. */
export function jarsOf(name: string, artifacts: readonly string[]): string {
  return cached(name, (directory) => {
    const dependencies = artifacts.map((artifact) => {
      const [group, id, version] = artifact.split(':')
      const names = `<groupId>${group}</groupId><artifactId>${id}</artifactId>`
      return `<dependency>${names}<version>${version}</version></dependency>`
    })
    const pom = join(directory, 'pom.xml')
    writeFileSync(
      pom,
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
      <groupId>tocsin</groupId><artifactId>servers</artifactId><version>1</version>
      <packaging>pom</packaging><dependencies>${dependencies.join('')}</dependencies></project>`,
    )
    run('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${directory}`,
    ])
  })
}

/** Fetches and unpacks one archive, once; returns where it lies. */
export function unpacked(name: string, artifact: string): string {
  return cached(name, (directory) => {
    // Later versions of this plugin also want the artifact's parents, which nobody published.
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy'
    run('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${directory}`])
    run('sh', ['-c', 'cd "$0" && tar xzf ./*.tar.gz && rm ./*.tar.gz', directory])
  })
}

/** Makes a directory whole or not at all, whoever else makes it at the same time. */
function cached(name: string, fill: (directory: string) => void): string {
  const target = join(CACHE, name)
  if (existsSync(target)) return target
  mkdirSync(CACHE, { recursive: true })
  const directory = mkdtempSync(join(CACHE, 'partial-'))
  fill(directory)
  try {
    renameSync(directory, target)
  } catch {
    rmSync(directory, { recursive: true, force: true })
  }
  return target
}

function run(command: string, parameters: string[]): void {
  const done = spawnSync(command, parameters, { timeout: DOWNLOAD_MAX_MS, encoding: 'utf8' })
  if (done.status !== 0)
    throw new Error(`${command} ${parameters[0]} failed: ${done.stderr}${done.stdout}`)
}
