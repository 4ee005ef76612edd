import type { ServerResponse } from 'node:http'

/**
 * Writes a web-standard response, as fast as the client reads it. Headers that were set before stay, unless the
 * response has the same header.
 */
export async function sendWebResponse(res: ServerResponse, response: Response): Promise<void> {
  if (res.destroyed) {
    // Not awaited: canceling one branch of a tee waits until the other branch is canceled.
    response.body?.cancel().catch(() => {})
    return
  }
  writeHead(res, response)
  if (response.body) await pump(response.body.getReader(), res)
  res.end()
}

function writeHead(res: ServerResponse, { status, headers }: Response): void {
  res.statusCode = status
  for (const [name, value] of headers) {
    if (name === 'set-cookie') res.appendHeader(name, value)
    else res.setHeader(name, name === 'vary' ? mergeVary(res.getHeader(name), value) : value)
  }
}

/** Joins two `Vary` lists, because a cache must consider the headers of both (RFC 9110 §12.5.5). */
export function mergeVary(earlier: number | string | string[] | undefined, own: string): string {
  const names = [String(earlier ?? ''), own].join(',').split(',')
  const unique = new Map(names.map((name) => [name.trim().toLowerCase(), name.trim()]))
  unique.delete('')
  return [...unique.values()].join(', ')
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, res: ServerResponse): Promise<void> {
  res.once('close', () => void reader.cancel().catch(() => {}))
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      // The responses of function platforms return undefined, and never drain.
      const isBuffered = res.write(read.value) as boolean | undefined
      if (isBuffered === false) await drained(res)
    }
  } catch (error) {
    // The status is sent already, so only a broken connection shows that the body is incomplete.
    res.destroy(error as Error)
  }
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const proceed = (): void => {
      res.off('drain', proceed).off('close', proceed)
      resolve()
    }
    if (res.destroyed) resolve()
    else res.on('drain', proceed).on('close', proceed)
  })
}
