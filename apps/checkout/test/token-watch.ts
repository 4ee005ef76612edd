/** Records all authentication tokens and session tokens that this process receives from Forage, until it is disposed. */
export class TokenWatch implements Disposable {
  readonly tokens: string[] = []
  readonly #fetch = globalThis.fetch

  constructor() {
    globalThis.fetch = async (input, init) => {
      const response = await this.#fetch(input, init)
      if (/\/(o\/token|api\/session_token)\/$/.test(response.url)) await this.#record(response.clone())
      return response
    }
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#fetch
  }

  async #record(response: Response): Promise<void> {
    const { access_token, token } = (await response.json()) as { access_token?: string; token?: string }
    this.tokens.push(...[access_token, token].filter((value) => value !== undefined))
  }
}
