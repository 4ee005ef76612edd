/** The error of a connection that ends without an answer: a TypeError, as in a browser. */
export class ConnectionDropped extends TypeError {
  override readonly name = 'ConnectionDropped'

  constructor() {
    super('fetch failed: a fault of the emulator dropped the connection.')
  }
}
