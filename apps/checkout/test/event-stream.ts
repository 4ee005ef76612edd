import type { DemoEntry, DemoUpdate } from '../src/merchant/api/demo-api.ts'

/** Reads the control room's stream as its page does. */
export class EventStream implements AsyncDisposable {
  readonly updates: DemoUpdate[] = []
  readonly #ending = new AbortController()
  readonly #ended: Promise<void>
  #onUpdate = (): void => {}

  constructor(url: string) {
    this.#ended = this.#read(url).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error
    })
  }

  get entries(): DemoEntry[] {
    return this.updates.flatMap(({ entries }) => entries)
  }

  /** Resolves once the condition is true for the received updates. */
  async until(isTrue: (stream: this) => boolean): Promise<void> {
    while (!isTrue(this)) await new Promise<void>((resolve) => (this.#onUpdate = resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#ended
  }

  async #read(url: string): Promise<void> {
    const response = await fetch(`${url}/api/demo/events`, { signal: this.#ending.signal })
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const messages = (text + chunk).split('\n\n')
      text = messages.pop()!
      for (const message of messages) this.#receive(message)
    }
  }

  #receive(message: string): void {
    this.updates.push(JSON.parse(message.replace(/^data: /, '')) as DemoUpdate)
    this.#onUpdate()
  }
}
