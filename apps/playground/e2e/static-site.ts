import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

/** The folder into which the stories build the page. */
export const siteFolder: string = join(import.meta.dirname, '../dist')

/** A path as a static host may have one. */
const base = '/any/path/'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
}

export interface StaticSite {
  readonly url: string
  close(): Promise<void>
}

/** Serves the built page below a path, as a host of static files does: it answers nothing else. */
export async function serveSite(): Promise<StaticSite> {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const file = path === base ? 'index.html' : path.slice(base.length)
    const answer = async (): Promise<void> => {
      if (!path.startsWith(base)) throw new Error('not below the path')
      const content = await readFile(join(siteFolder, file))
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' })
      response.end(content)
    }
    answer().catch(() => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
