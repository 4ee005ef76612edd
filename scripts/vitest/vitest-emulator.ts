import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Plugin } from 'vite'

interface Emulator {
  fetch(request: Request): Promise<Response>
}

const emulated = /^\/(sdk|proxy|api|o|_emulator)\//

/**
 * Serves the emulator at the origin of the page that runs the tests. The inputs of its SDK are then frames of the same
 * origin, so that a test can type into them.
 */
export function emulator(): Plugin {
  return {
    name: 'emulator',
    async configureServer({ middlewares }) {
      // The emulator is imported at run time, so that the configuration does not bundle it without its dependencies.
      const module = new URL('../../packages/emulator/src/index.ts', import.meta.url).href
      const { createEmulator } = (await import(/* @vite-ignore */ module)) as { createEmulator(): Emulator }
      const { fetch } = createEmulator()
      middlewares.use((request, response, next) => {
        if (emulated.test(request.url ?? '')) void answer(fetch, request, response)
        else next()
      })
    },
  }
}

async function answer(
  fetch: Emulator['fetch'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body } = await fetch(await toRequest(request)).catch(
    (error: unknown) => new Response(String(error), { status: 500 }),
  )
  response.writeHead(status, Object.fromEntries(headers))
  for await (const chunk of body ?? []) response.write(chunk)
  response.end()
}

async function toRequest(request: IncomingMessage): Promise<Request> {
  const { url = '/', method = 'GET', headers } = request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      name.startsWith(':') || value === undefined ? [] : [[name, String(value)]],
    ),
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  })
}
