import type { Command } from 'commander'

/** Adds one command with its options to the program. */
type AddCommand = (program: Command) => void

/** Every command, in the order of the help, by how it is loaded. */
const LOADERS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import('./demo.ts')).addDemo,
  replay: async () => (await import('./replay.ts')).addReplay,
  evaluate: async () => (await import('./evaluate.ts')).addEvaluate,
  start: async () => (await import('./start.ts')).addStart,
  migrate: async () => (await import('./migrate.ts')).addMigrate,
  topics: async () => (await import('./topics.ts')).addTopics,
  incident: async () => (await import('./incident.ts')).addIncident,
  evidence: async () => (await import('./response/evidence-command.ts')).addEvidence,
  playbook: async () => (await import('./response/playbook.ts')).addPlaybook,
  'kill-switch': async () => (await import('./response/kill-switch.ts')).addKillSwitch,
  query: async () => (await import('./query.ts')).addQuery,
  baselines: async () => (await import('./baselines.ts')).addBaselines,
  rules: async () => (await import('./rules.ts')).addRules,
  train: async () => (await import('./train.ts')).addTrain,
  tap: async () => (await import('./tap.ts')).addTap,
  collect: async () => (await import('./collect.ts')).addCollect,
  sinks: async () => (await import('./sinks.ts')).addSinks,
}

/**
 * The command of that name alone: what the others need takes longer to load than most of them run.
 * Every command where it is none of them.
 */
export function commandsFor(name: string | undefined): Promise<AddCommand[]> {
  const known = name !== undefined && Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined
  const loaders = known === undefined ? Object.values(LOADERS) : [known]
  return Promise.all(loaders.map((load) => load()))
}
