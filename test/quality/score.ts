import type { Environment } from '#runtime/config.ts'
import { createLogger } from '#runtime/logger.ts'
import { judgeFile } from '../../services/cli/quality/judge-file.ts'
import { loadLabels } from '../../services/cli/quality/labels-file.ts'
import type { JudgedSession } from '../../services/cli/quality/measures.ts'
import type { MeasuredPack } from './measured-packs.ts'

/** Replays a pack through the whole pipeline as `tocsin evaluate` does; judges its sessions. */
export async function scorePack({
  eventsPath,
  labelsPath,
  modelFile,
}: Pick<MeasuredPack, 'eventsPath' | 'labelsPath' | 'modelFile'>): Promise<JudgedSession[]> {
  const environment: Environment =
    modelFile === undefined ? {} : { TOCSIN_FOLLOWED_MODEL: modelFile }
  const { sessions } = await judgeFile(eventsPath, loadLabels(labelsPath), {
    environment,
    logger: createLogger('warn'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  return sessions
}
