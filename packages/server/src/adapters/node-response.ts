import type { ServerResponse } from 'node:http'

/** Writes a web-standard response, as fast as the client takes it. Headers set before stay, unless it has its own. */
export async function sendWebResponse(res: ServerResponse, response: Response): Promise<void> {
  if (res.destroyed) {
    // Not awaited: the branch of a tee is cancelled only when the other one is, too.
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

/** A cache has to heed what each of them names (RFC 9110 §12.5.5). */
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
      if (!res.write(read.value)) await drained(res)
    }
  } catch (error) {
    // The head is sent: only a broken connection still says that this is not the whole.
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
