import { startKafka, type KafkaServer } from './kafka.ts'
import { startRegistry, type RegistryServer } from './registry.ts'

export type Servers = { kafka: KafkaServer; registry: RegistryServer; stop(): Promise<void> }

/** A broker, as `startKafka` gives it, and a registry; where one does not start neither is left. */
export async function startServers(options: { own?: boolean } = {}): Promise<Servers> {
  const [kafka, registry] = await Promise.allSettled([startKafka(options), startRegistry()])
  const stop = async (): Promise<void> => {
    const started = [kafka, registry].flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    )
    await Promise.all(started.map((one) => one.stop()))
  }
  if (kafka.status === 'fulfilled' && registry.status === 'fulfilled')
    return { kafka: kafka.value, registry: registry.value, stop }
  await stop()
  const failed = kafka.status === 'rejected' ? kafka : registry
  throw (failed as PromiseRejectedResult).reason
}
