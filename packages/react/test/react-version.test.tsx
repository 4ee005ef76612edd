import { cleanup, render } from '@testing-library/react'
import { version } from 'react'
import { version as rendererVersion } from 'react-dom'
import { afterEach, expect, test } from 'vitest'

afterEach(cleanup)

declare const process: { readonly env: Record<string, string | undefined> }

test('these tests run with the version of React that they are for', () => {
  const major = process.env['REACT_VERSION']
  expect(major).toBeDefined()
  expect([version, rendererVersion].map((text) => text.split('.')[0])).toEqual([major, major])
})

// The property is called className.
const mistaken = { class: 'total' } as object

test.fails('a warning of React is a failure', () => {
  expect(render(<p {...mistaken}>12.30</p>).container.textContent).toBe('12.30')
})
