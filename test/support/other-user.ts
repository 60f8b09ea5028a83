import { execFileSync, spawnSync } from 'node:child_process'

import { ROOT } from './checkout.ts'

const MAIN = `${ROOT}/services/cli/main.ts`

/**
 * The number of a user who owns nothing and can run the checkout; else why there is none: another
 * user takes root to become, and must be able to read the checkout.
 */
export function otherUser(): { uid: number } | { uid: undefined; why: string } {
  if (process.getuid?.() !== 0) return { uid: undefined, why: 'only root becomes another user' }
  const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
  const { status } = spawnSync(process.execPath, [MAIN, '--version'], { uid, gid: uid })
  if (status === 0) return { uid }
  return { uid: undefined, why: 'nobody cannot read the checkout' }
}
