import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The scope whose packages npm takes from this registry. */
export const ownScope = '@forage-session'

export interface LocalRegistry extends AsyncDisposable {
  /** The address, with a slash at its end. */
  readonly url: string
}

interface Packed {
  readonly manifest: { name: string; version: string }
  readonly content: Buffer
}

/** Starts a registry on this machine, so that `npm install` finds packed but unpublished packages by name. */
export async function startLocalRegistry(files: readonly string[]): Promise<LocalRegistry> {
  const packed = new Map(files.map(readTarball).map((entry) => [entry.manifest.name, entry]))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const wanted = packed.get(path.replace(/\.tgz$/, ''))
    if (!wanted) response.writeHead(404).end()
    else if (path.endsWith('.tgz')) response.end(wanted.content)
    else response.end(JSON.stringify(packument(wanted, url())))
  })
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: url(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function readTarball(file: string): Packed {
  const manifest = execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' })
  return { manifest: JSON.parse(manifest) as Packed['manifest'], content: readFileSync(file) }
}

/**
 * Returns the package's metadata, as github.com/npm/registry/blob/main/docs/responses/package-metadata.md describes it.
 */
function packument({ manifest, content }: Packed, url: string): object {
  const { name, version } = manifest
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`
  const dist = { tarball: `${url}${name}.tgz`, integrity }
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }
}
