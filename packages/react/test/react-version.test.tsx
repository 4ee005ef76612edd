import { cleanup, render } from '@testing-library/react'
import { version } from 'react'
import { version as rendererVersion } from 'react-dom'
import { afterEach, expect, test } from 'vitest'

afterEach(cleanup)

declare const process: { readonly env: Record<string, string | undefined> }

test('these tests run with the intended version of React', () => {
  const major = process.env['REACT_VERSION']
  expect(major).toBeDefined()
  expect([version, rendererVersion].map((text) => text.split('.')[0])).toEqual([major, major])
})

// React warns about `class`: the property is called className.
const mistaken = { class: 'total' } as object

test.fails('a React warning fails a test', () => {
  expect(render(<p {...mistaken}>12.30</p>).container.textContent).toBe('12.30')
})
