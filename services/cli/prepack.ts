import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { namedPaths, stripTypes } from './strip-types.ts'

// npm runs this before it packs. `dist/` becomes the checkout with its types stripped: the same
// relative paths, so that `new URL('../../sql/…', import.meta.url)` means the same in both, and a
// package.json of its own, so that `#domain/…` resolves inside it.
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DIST = join(ROOT, 'dist')
const SHIPPED_DIRECTORIES = ['services', 'schemas', 'sql', 'deploy']
/** What only a checkout needs. */
const LEFT_OUT = new Set([
  'launcher.mjs',
  'prepack.ts',
  'strip-types.ts',
  'generate.ts',
  'record.ts',
])

rmSync(DIST, { recursive: true, force: true })
for (const directory of SHIPPED_DIRECTORIES) ship(directory)
shipManifest()
for (const file of listFiles('dist')) if (file.endsWith('.js')) checkPaths(file)

function ship(directory: string): void {
  for (const path of listFiles(directory)) {
    const target = join(DIST, path)
    mkdirSync(dirname(target), { recursive: true })
    if (!path.endsWith('.ts')) cpSync(join(ROOT, path), target)
    else
      writeFileSync(
        target.replace(/\.ts$/, '.js'),
        stripTypes(readFileSync(join(ROOT, path), 'utf8')),
      )
  }
}

function shipManifest(): void {
  const { name, version, type, license, imports } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, unknown>
  const manifest = { name, version, private: true, type, license, imports }
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** A path that means something in the checkout and nothing in the package is a bug found late. */
function checkPaths(file: string): void {
  const { imports, resources } = namedPaths(readFileSync(join(ROOT, file), 'utf8'))
  const there = pathToFileURL(join(ROOT, file))
  for (const path of imports) assert(existsSync(new URL(path, there)), `${file} imports ${path}`)
  const inCheckout = pathToFileURL(join(ROOT, file.replace(/^dist./, '')))
  for (const path of resources)
    assert(
      existsSync(new URL(path, there)) || !existsSync(new URL(path, inCheckout)),
      `${file} reads ${path}, which is not shipped`,
    )
}

function listFiles(directory: string): string[] {
  if (!existsSync(join(ROOT, directory))) return []
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LEFT_OUT.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort()
}
