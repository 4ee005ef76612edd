// The node environment has no `window`, like a server.
import { createElement, Suspense } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'

import { ForageSessionProvider, useSuspenseForageSession } from '../src/index.ts'
import { sessionSetup } from './session-setup.ts'

function Pay(): string {
  return useSuspenseForageSession().getSnapshot().status
}

test('a server sends the Suspense fallback of a component that waits for a token, and requests no token', () => {
  const { backend, options } = sessionSetup()
  const waiting = createElement(Suspense, { fallback: 'wait' }, createElement(Pay))
  const html = renderToString(createElement(ForageSessionProvider, options, waiting))
  expect(html).toContain('wait')
  expect(backend.requests).toEqual([])
})

test('without a Suspense boundary the server throws an error that names the fix', () => {
  const { options } = sessionSetup()
  const page = createElement(ForageSessionProvider, options, createElement(Pay))
  expect(() => renderToString(page)).toThrow('Wrap the component in <Suspense')
})
