/** What `fetch` rejects with when a connection ends without an answer: a TypeError, as in a browser. */
export class ConnectionDropped extends TypeError {
  override readonly name = 'ConnectionDropped'

  constructor() {
    super('fetch failed: the connection was dropped, as a fault of the emulator asked for.')
  }
}
