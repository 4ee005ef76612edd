import { once } from 'node:events'
import { connect } from 'node:net'

/** Whoever takes a port that somebody else holds waits for its release. */
export interface PortLocks {
  take(ports: readonly number[]): Promise<() => void>
}

/** Two guides that use the same port are followed one after the other. */
export function createPortLocks(): PortLocks {
  const released = new Map<number, Promise<void>>()
  const takeOne = async (port: number): Promise<() => void> => {
    const before = released.get(port)
    let release = (): void => {}
    released.set(port, new Promise((resolve) => void (release = resolve)))
    await before
    return release
  }
  return {
    async take(ports) {
      const releases: (() => void)[] = []
      // Always in the same order: nobody waits for one who waits for him.
      for (const port of ports.toSorted((a, b) => a - b)) releases.push(await takeOne(port))
      return () => releases.forEach((release) => release())
    },
  }
}

/** Those of them on which somebody listens. */
export async function portsInUse(ports: readonly number[]): Promise<number[]> {
  const used = await Promise.all(ports.map(async (port) => (await isInUse(port)) && port))
  return used.filter((port) => port !== false)
}

async function isInUse(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
