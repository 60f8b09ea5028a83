import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'

import { aDirectory } from './replays.ts'

/** A file system of its own, with little room. */
export type SmallDisk = {
  path: string
  resize(size: string): void
  remove(): void
}

/** Why this machine gives a test no small disk; undefined where it does. */
export const NO_SMALL_DISK = whyNone()

/** Mounts a disk of this size, in the words of `mount`: `64k`, `3m`; here, or at a new path. */
export function aSmallDisk(size: string, path = aDirectory()): SmallDisk {
  mkdirSync(path, { recursive: true })
  mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path)
  return {
    path,
    resize: (changed) => mount('-o', `remount,size=${changed}`, path),
    remove: () => {
      spawnSync('umount', ['--lazy', path])
      rmSync(path, { recursive: true })
    },
  }
}

function whyNone(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk takes Linux: left out'
  try {
    aSmallDisk('64k').remove()
    return undefined
  } catch {
    return 'a small disk takes the right to mount one: left out'
  }
}

function mount(...parameters: string[]): void {
  const { status } = spawnSync('mount', parameters, { stdio: 'ignore' })
  if (status !== 0) throw new Error('this user cannot mount')
}
