import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, type RenderResult } from '@testing-library/react'
import type { ReactNode } from 'react'

import { ForageSessionProvider } from '../src/provider/forage-session-provider.tsx'
import type { OwnSessionOptions } from '../src/provider/use-own-session.ts'
import { sessionSetup, type SessionSetup } from './session-setup.ts'

export interface QueryShop extends SessionSetup, Pick<RenderResult, 'container' | 'unmount'> {
  client: QueryClient
  /** The method and the path of each request to the API. */
  sent: string[]
  /** Sets the next responses of the API. Later requests get the backend's response. */
  api(...answers: (number | Promise<Response>)[]): void
  /** Shows the same page with other options. */
  show(options: Partial<OwnSessionOptions>): void
  /** Lets seconds pass for the page and the session. Needs fake timers. */
  seconds(count: number): Promise<void>
}

/** Renders a page inside a session's provider and a provider of TanStack Query. */
export function openShop(
  page: ReactNode,
  { client = new QueryClient(), ...given }: Partial<OwnSessionOptions> & { client?: QueryClient } = {},
): QueryShop {
  const setup = sessionSetup()
  const sent: string[] = []
  let answers: (number | Promise<Response>)[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = input as Request
    sent.push(`${init?.method ?? request.method} ${new URL(request.url).pathname}`)
    const answer = answers.shift()
    if (answer === undefined) return await setup.backend.fetch(input, init)
    return typeof answer === 'number' ? new Response('{}', { status: answer }) : await answer
  }
  const tree = (options: Partial<OwnSessionOptions>): ReactNode => (
    <QueryClientProvider client={client}>
      <ForageSessionProvider {...setup.options} fetch={fetch} {...options}>
        {page}
      </ForageSessionProvider>
    </QueryClientProvider>
  )
  const { container, unmount, rerender } = render(tree(given))
  return {
    ...setup,
    container,
    unmount,
    client,
    sent,
    api: (...next) => void (answers = next),
    show: (options) => rerender(tree({ ...given, ...options })),
    async seconds(count) {
      for (let second = 0; second < count; second += 1) await setup.pass(1000)
    },
  }
}
