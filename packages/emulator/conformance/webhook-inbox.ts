import { Mismatch } from './check-errors.ts'

/** The body of a webhook, as it arrived. */
export type WebhookEvent = Readonly<Record<string, unknown>>

export interface WebhookInbox {
  /** Takes the place of the `fetch` that sends an emulator's webhooks. */
  readonly fetch: typeof globalThis.fetch
  /** Returns the first event that matches, also one that has arrived before. Throws `Mismatch` if none arrives in 5 s. */
  find(matches: (event: WebhookEvent) => boolean): Promise<WebhookEvent>
}

const PATIENCE_MS = 5000

export function createWebhookInbox(): WebhookInbox {
  const events: WebhookEvent[] = []
  const waiting = new Set<() => void>()
  return {
    fetch: async (url, init) => {
      events.push((await new Request(url, init).json()) as WebhookEvent)
      for (const look of waiting) look()
      return new Response()
    },
    find: (matches) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(look)
        }
        const look = (): void => {
          const found = events.find(matches)
          if (!found) return
          end()
          resolve(found)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Mismatch(`no such webhook arrived within ${PATIENCE_MS} ms`))
        }, PATIENCE_MS)
        waiting.add(look)
        look()
      }),
  }
}
