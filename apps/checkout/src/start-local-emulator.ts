import { startEmulator, type RunningEmulator, type StartEmulatorOptions } from '@forage-session/emulator/node'

const preferredPort = 4010
const attempts = 20

/** Starts the emulator on its usual two ports, or on the next two free ports. */
export async function startLocalEmulator(
  firstPort: number = preferredPort,
  options: Omit<StartEmulatorOptions, 'port'> = {},
): Promise<RunningEmulator> {
  if (firstPort === 0) return startEmulator({ ...options, port: 0 })
  for (let port = firstPort; port < firstPort + 2 * attempts; port += 2) {
    try {
      return await startEmulator({ ...options, port })
    } catch (error) {
      if (!isPortInUse(error)) throw error
    }
  }
  return startEmulator({ ...options, port: 0 })
}

function isPortInUse(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException }
  return code === 'EADDRINUSE' || cause?.code === 'EADDRINUSE'
}
