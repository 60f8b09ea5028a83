import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { openBundle } from '../../respond/evidence/bundle-read.ts'
import { verifyBundle } from '../../respond/evidence/bundle-verify.ts'
import { addPersonOptions } from './decisions.ts'
import type { PersonOptions } from './decision-run.ts'
import { exportEvidence } from './evidence-export.ts'

type ExportFlags = PersonOptions & { out: string; signingKey?: string; margin: string }
type VerifyFlags = { key?: string }

/** Adds `tocsin evidence export|verify`. */
export function addEvidence(program: Command): void {
  const evidence = program.command('evidence').description('bundles of raw records, signed')
  const exporting = evidence
    .command('export')
    .description('write the bundle of an incident: a folder, or a file that ends in .tar')
    .argument('<id>', 'its id, or how that begins')
    .requiredOption('--out <path>', 'where to; it must not be there')
    .option('--signing-key <file>', 'Ed25519 private key, PEM (TOCSIN_SIGNING_KEY)')
    .option('--margin <seconds>', 'so long before and after the incident', '3600')
  addPersonOptions(exporting).action((id: string, flags: ExportFlags) => exportEvidence(id, flags))
  evidence
    .command('verify')
    .description('check a bundle offline; names the first record that was touched')
    .argument('<path>', 'the folder, or the .tar')
    .option('--key <file>', "the signer's public key, PEM (TOCSIN_SIGNING_KEY)")
    .action((path: string, flags: VerifyFlags) => verify(path, flags))
}

async function verify(path: string, flags: VerifyFlags): Promise<void> {
  const verdict = await verifyBundle(await openBundle(path), readPublicKey(flags))
  if (!verdict.ok) throw new Fault('REFUSED', `The bundle is not whole: ${verdict.problem}`)
  const { manifest, size, root } = verdict
  process.stdout.write(
    `whole: ${size - 1} records of incident ${manifest.incident_id}, root ${root}\n`,
  )
}

/** @throws Fault BAD_USAGE, BAD_SETTINGS */
function readPublicKey(flags: VerifyFlags): KeyObject {
  const path = flags.key ?? process.env['TOCSIN_SIGNING_KEY']
  if (path === undefined)
    throw new Fault(
      'BAD_USAGE',
      "Name the signer's public key: --key FILE (a bundle's own proves nothing)",
    )
  try {
    const key = createPublicKey(readFileSync(path))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new Fault('BAD_SETTINGS', `Cannot read the key ${path}`, { cause })
  }
  throw new Fault('BAD_SETTINGS', `${path} is no Ed25519 key`)
}
