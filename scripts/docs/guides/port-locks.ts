import { once } from 'node:events'
import { connect } from 'node:net'

/** Locks for ports. `take` waits until all of its ports are released, and returns a function that releases them. */
export interface PortLocks {
  take(ports: readonly number[]): Promise<() => void>
}

/** Creates locks, so that two guides that use the same port run one after another. */
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
      // All callers take ports in the same order, so no two callers wait for each other.
      for (const port of ports.toSorted((a, b) => a - b)) releases.push(await takeOne(port))
      return () => releases.forEach((release) => release())
    },
  }
}

/** Returns the ports on which a server listens. */
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
