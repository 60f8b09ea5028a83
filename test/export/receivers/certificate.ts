import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate of `localhost` that vouches for itself, as PEM files. */
export type Certificate = { certFile: string; keyFile: string; cert: string; key: string }

export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0
if (!HAS_OPENSSL) process.stderr.write('openssl is absent: tests of TLS are SKIPPED\n')

/** Makes one in a directory. */
export function makeCertificate(directory: string): Certificate {
  const keyFile = join(directory, 'key.pem')
  const certFile = join(directory, 'cert.pem')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-keyout', keyFile, '-out', certFile]
  const made = ['req', '-x509', ...key, ...names, '-days', '2', ...files]
  execFileSync('openssl', made, { stdio: 'ignore' })
  const [cert, secret] = [certFile, keyFile].map((path) => readFileSync(path, 'utf8'))
  return { certFile, keyFile, cert: cert ?? '', key: secret ?? '' }
}
