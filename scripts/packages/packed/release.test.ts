import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, expect, test } from 'vitest'

import { startLocalRegistry } from '../../docs/guides/local-registry.ts'
import { root } from '../../run-command.ts'
import { tarballFolder } from '../tarballs.ts'
import { unpackAll, type PackedPackage } from './packed-package.ts'

/** The fields of `changeset status --output` that the tests use. */
interface ReleasePlan {
  changesets: { summary: string }[]
  releases: { name: string; newVersion: string }[]
}

const folder = mkdtempSync(join(tmpdir(), 'packed-'))
afterAll(() => rmSync(folder, { recursive: true }))

const packages = unpackAll(folder)
const plan = JSON.parse(readFileSync(join(tarballFolder, 'release-plan.json'), 'utf8')) as ReleasePlan

test('the release has four packages with the same version', () => {
  expect(packages.map(({ name }) => name)).toEqual(['core', 'emulator', 'react', 'server'])
  const [version, ...others] = new Set(packages.map(({ manifest }) => manifest.version))
  expect(version).toMatch(/^(?!0\.0\.0)\d+\.\d+\.\d+$/)
  expect(others).toEqual([])
})

test.for(packages)('$manifest.name has the version that the changesets require', ({ manifest }) => {
  const source = readFileSync(join(root, `packages/${manifest.name.split('/')[1]}/package.json`), 'utf8')
  const { version } = JSON.parse(source) as { version: string }
  const release = plan.releases.find(({ name }) => name === manifest.name)
  expect(manifest.version).toBe(release?.newVersion ?? version)
})

test.for(packages)(
  'the changelog of $manifest.name lists the changes of its version',
  ({ manifest, read }) => {
    const changelog = read('CHANGELOG.md')
    expect(changelog).toContain(`## ${manifest.version}\n`)
    for (const { summary } of plan.changesets) expect(changelog).toContain(summary.split('\n')[0])
  },
)

test.for(packages)('the manifest of $manifest.name names its repository and its license', (packed) => {
  const { name, manifest, read } = packed
  const repository = 'https://github.com/forage-session/forage-session'
  expect(manifest).toMatchObject({
    license: 'MIT',
    repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${name}` },
    homepage: `${repository}/tree/main/packages/${name}#readme`,
    bugs: `${repository}/issues`,
    sideEffects: false,
    engines: { node: expect.stringMatching(/^>=\d+/) as string },
  })
  expect(manifest.description).toMatch(/\.$/)
  expect(manifest.keywords).toContain('forage')
  expect(read('LICENSE')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
})

test('no dependency range in a package refers to this workspace', () => {
  for (const { manifest } of packages) expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:/)
})

/** Runs `npm publish --dry-run` and returns the files and the warnings. */
async function publishDry(
  tarball: string,
  registry: string,
): Promise<{ files: string[]; warnings: string[] }> {
  const args = ['publish', '--dry-run', '--json', '--registry', registry, tarball]
  const { stdout, stderr } = await promisify(execFile)('npm', args, { cwd: folder })
  const [published] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>)
  return {
    files: (published?.files ?? []).map(({ path }) => path),
    // The warning about a missing sign-in concerns only the real release.
    warnings: stderr.split('\n').filter((line) => /\bwarn\b/i.test(line) && !line.includes('logged in')),
  }
}

test.for(packages)('npm would publish the built files of $manifest.name and nothing else', async (packed) => {
  await using registry = await startLocalRegistry([])
  const { files, warnings } = await publishDry(packed.tarball, registry.url)
  expect(warnings).toEqual([])
  const built = globSync('dist/**/*.*', { cwd: join(root, 'packages', packed.name) })
  expect(files.toSorted()).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...built].toSorted(),
  )
  for (const file of files.filter((name) => name.startsWith('dist/')))
    expect(file).toMatch(/^dist\/(?!.*\btest\.)[\w/.-]+\.(js|js\.map|d\.ts)$/)
})

interface SourceMap {
  sources: string[]
  sourcesContent?: (string | null)[]
}

test.for(packages)('each source map of $manifest.name contains its sources', (packed) => {
  const maps = globSync('dist/**/*.map', { cwd: packed.folder })
  expect(maps.length).toBeGreaterThan(0)
  for (const file of maps) {
    const { sources, sourcesContent = [] } = JSON.parse(packed.read(file)) as SourceMap
    expect([file, sources.filter((_, index) => !sourcesContent[index])]).toEqual([file, []])
    // Sources belong to the package itself or to a bundled dependency.
    expect(sources.join('\n')).not.toMatch(/^\/|^[a-z]+:/im)
  }
})

/** Returns the source map that the last line of a file names. */
function mapOf({ read }: PackedPackage, file: string): string[] {
  const [, map] = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(read(file)) ?? []
  return map === undefined ? [] : [join(file, '..', map)]
}

test.for(packages)('the files of $manifest.name name all existing source maps and no others', (packed) => {
  const files = globSync('dist/**/*.{js,d.ts}', { cwd: packed.folder })
  const named = files.flatMap((file) => mapOf(packed, file))
  expect(named.toSorted()).toEqual(globSync('dist/**/*.map', { cwd: packed.folder }).toSorted())
})
