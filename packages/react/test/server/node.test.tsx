// @vitest-environment node
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import type { ReactNode } from 'react'
import { renderToPipeableStream, renderToStaticMarkup, renderToString } from 'react-dom/server'

import { describeRenderings } from './rendering-cases.tsx'

async function pipeableStream(page: ReactNode): Promise<string> {
  const { pipe } = renderToPipeableStream(page)
  return await text(pipe(new PassThrough()))
}

describeRenderings({ renderToString, renderToStaticMarkup, renderToPipeableStream: pipeableStream })
