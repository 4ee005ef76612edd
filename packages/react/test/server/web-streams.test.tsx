// @vitest-environment node
// A separate file, because a React context belongs to one renderer.
import type { ReactNode } from 'react'
import { renderToReadableStream } from 'react-dom/server.browser'

import { describeRenderings } from './rendering-cases.tsx'

async function readableStream(page: ReactNode): Promise<string> {
  const stream = await renderToReadableStream(page)
  await stream.allReady
  return await new Response(stream).text()
}

describeRenderings({ renderToReadableStream: readableStream })
