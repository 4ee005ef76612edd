import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { mustRun, root } from '../../../../scripts/run-command.ts'

/** The published files of the package, in a folder from which its dependencies can be imported. */
export class BuiltPackage implements Disposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async build(): Promise<BuiltPackage> {
    const cwd = join(root, 'packages/core')
    const built = new BuiltPackage(mkdtempSync(join(cwd, 'node_modules/.built-')))
    await mustRun('tsdown', ['--out-dir', built.folder], { cwd })
    return built
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
