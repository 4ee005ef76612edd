import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The files of a folder that keeps the state. `startCheckout` opens them. */
export const stateFiles = { shop: 'shop.sqlite', forage: 'forage.sqlite' } as const

/** A folder that only this process uses. */
export interface StateFolder {
  path: string
  /** Lets another process use the folder. The end of this process does the same. */
  release(): void
}

/**
 * Reserves a folder for this process. Returns undefined if another process uses it, or if it cannot be written. If
 * `isFresh` is true, deletes what an earlier process kept.
 */
export function claimFolder(path: string, { isFresh }: { isFresh: boolean }): StateFolder | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const lock = new DatabaseSync(join(path, 'lock.sqlite'))
    // Another process can still read the folder, for example a tool that looks into the books.
    lock.exec('BEGIN IMMEDIATE')
    if (isFresh) deleteFiles(path)
    return { path, release: () => lock.close() }
  } catch {
    return undefined
  }
}

function deleteFiles(path: string): void {
  for (const name of Object.values(stateFiles))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(path, name + suffix), { force: true })
}
