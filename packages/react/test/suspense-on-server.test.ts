// No `window` here, as on a server.
import { createElement, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'

import { ForageSessionProvider, useSuspenseForageSession } from '../src/index.ts'
import { sessionSetup } from './session-setup.ts'

function Pay(): string {
  return useSuspenseForageSession().getSnapshot().status
}

test('a server sends the fallback of what waits for a token, and asks for nothing', () => {
  const { backend, options } = sessionSetup()
  const waiting = createElement(Suspense, { fallback: 'wait' }, createElement(Pay))
  const html = renderToString(createElement(ForageSessionProvider, options, waiting))
  expect(html).toContain('wait')
  expect(backend.requests).toEqual([])
})

test('without a boundary the server says what to do', () => {
  const { options } = sessionSetup()
  const page = createElement(ForageSessionProvider, options, createElement(Pay))
  expect(() => renderToString(page)).toThrow('Wrap the component in <Suspense')
})
