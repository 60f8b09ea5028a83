import { parse, stringify } from 'yaml'

import { readSinks, type NamedSink } from '../../services/export/sinks/kinds.ts'
import { readText } from '../support/checkout.ts'

type Settings = Record<string, unknown>

/** Secrets that the examples name, as the receivers of the tests expect them. */
export const SECRETS = {
  SPLUNK_HEC_TOKEN: '11111111-2222-4333-8444-555555555555',
  ELASTIC_API_KEY: 'a2V5OnNlY3JldA==',
  SENTINEL_SECRET: 'sentinel-secret',
  TOCSIN_WEBHOOK_SECRET: `whsec_${Buffer.from('a secret of the tests').toString('base64')}`,
}

/** The settings of `deploy/examples/FILE.sinks.yaml`, with what `differs` replaces. */
export function exampleSettings(file: string, name: string, differs: Settings): string {
  const { sinks } = parse(readText(`deploy/examples/${file}.sinks.yaml`)) as {
    sinks: Record<string, Settings>
  }
  return stringify({ sinks: { [name]: { ...sinks[name], ...differs } } })
}

/** A sink of the examples, led to a receiver of the tests. */
export function exampleSink(file: string, name: string, differs: Settings): NamedSink {
  const [sink] = readSinks(exampleSettings(file, name, differs), SECRETS)
  if (sink === undefined) throw new Error(`no sink ${name} in ${file}`)
  return sink
}
