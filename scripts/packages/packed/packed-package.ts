import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { tarballs } from '../tarballs.ts'

export interface Manifest {
  name: string
  version: string
  license?: string
  description?: string
  keywords?: string[]
  homepage?: string
  bugs?: string
  repository?: { url: string; directory: string }
  sideEffects?: boolean
  engines?: { node: string }
  exports: Record<string, string>
  dependencies?: Record<string, string>
}

/** A tarball with its unpacked contents. */
export interface PackedPackage {
  tarball: string
  /** The name of its folder in `packages/`. */
  name: string
  folder: string
  manifest: Manifest
  read(path: string): string
}

/** Unpacks each tarball into the `node_modules` of a folder. */
export function unpackAll(folder: string): PackedPackage[] {
  return tarballs().map((tarball) => {
    const [, name = ''] = /^forage-session-(\w+)-/.exec(basename(tarball)) ?? []
    return unpack(tarball, name, join(folder, 'node_modules/@forage-session', name))
  })
}

function unpack(tarball: string, name: string, folder: string): PackedPackage {
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
  const manifest = JSON.parse(read('package.json')) as Manifest
  return { tarball, name, folder, manifest, read }
}
