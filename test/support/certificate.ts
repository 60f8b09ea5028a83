import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate of a test's own for 127.0.0.1, signed by itself, made by openssl. */
export function aCertificate(directory: string): {
  cert: string
  key: string
  certFile: string
  keyFile: string
} {
  const certFile = join(directory, 'cert.pem')
  const keyFile = join(directory, 'key.pem')
  const parameters =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile]
  const made = spawnSync('openssl', [...parameters.split(' '), ...names], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`)
  const cert = readFileSync(certFile, 'utf8')
  return { cert, key: readFileSync(keyFile, 'utf8'), certFile, keyFile }
}
