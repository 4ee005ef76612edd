import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render } from '@testing-library/react'
import { Profiler, StrictMode, type ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'

import { CompiledBalance, CompiledCheckout } from './checkout.compiled.tsx'
import { sessionSetup } from './session-setup.ts'

afterEach(cleanup)

test('components compiled by the React Compiler re-render for every change but a renewal', async () => {
  const { backend, options, pass } = sessionSetup()
  const onRender = vi.fn<() => void>()
  const client = new QueryClient()
  const shop = (source: string): ReactNode => (
    <StrictMode>
      <QueryClientProvider client={client}>
        <CompiledCheckout
          options={options}
          tokenSource={async (request) => {
            sources.push(source)
            return await backend.tokenSource(request)
          }}
        >
          <Profiler id="balance" onRender={onRender}>
            <CompiledBalance cardRef="1f148fe399" />
          </Profiler>
        </CompiledCheckout>
      </QueryClientProvider>
    </StrictMode>
  )
  const sources: string[] = []
  const { container, rerender } = render(shop('first'))
  expect(container.textContent).toBe('idle false undefined 0')
  await pass(100)
  expect(container.textContent).toBe('ready true {"ok":true} 0')

  rerender(shop('second'))
  onRender.mockClear()
  await pass(13 * 60_000)
  expect(sources).toEqual(['first', 'second'])
  expect(onRender).not.toHaveBeenCalled()

  fireEvent.click(container.querySelector('button')!)
  expect(container.textContent).toBe('ready true {"ok":true} 1')
})
