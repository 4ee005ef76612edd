// Finds a port before anything is installed. Otherwise the user would wait for the installation, and then read that the
// port is in use. This file uses the syntax and module names of Node.js 12, as toolchain-plan.mjs explains.
import net from 'net'

/** @typedef {{ refusal: string } | { refusal?: undefined, port: number | undefined, note?: string }} FreePort */

/** Only this machine can connect to a server of this repository. */
const host = '127.0.0.1'
const attempts = 20

/**
 * Returns the first free port from `first` on. If the arguments (`--port`) or the environment (`PORT`) name a port,
 * returns a refusal if it is in use, and otherwise no port: the program reads it from there.
 * @param {number} first
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<FreePort>}
 */
export async function freePort(first, args, env) {
  const chosen = chosenPort(args) || env['PORT'] || ''
  if (chosen !== '') {
    const port = Number(chosen)
    // The program reports a port that is not a number. Port 0 is always free.
    if (!isPort(port) || port === 0 || (await isFree(port))) return { port: undefined }
    return {
      refusal: `Port ${port} is in use: stop the other program, or choose another port with --port (0 uses a free port).`,
    }
  }
  for (let port = first; port < first + attempts && isPort(port); port += 1) {
    if (!(await isFree(port))) continue
    return port === first ? { port } : { port, note: `Port ${first} is in use. Using port ${port} instead.` }
  }
  return { port: 0, note: `Ports from ${first} on are in use. Using another free port instead.` }
}

/**
 * Returns the last `--port`, as the program does.
 * @param {string[]} args
 */
function chosenPort(args) {
  return args.reduce((found, argument, index) => {
    if (argument === '--port') return args[index + 1] || found
    return argument.startsWith('--port=') ? argument.slice('--port='.length) : found
  }, '')
}

/** @param {number} port */
function isPort(port) {
  return Number.isInteger(port) && port >= 0 && port <= 65535
}

/**
 * Returns false only if the port is in use. Any other problem is reported when the program listens.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', (error) => {
      resolve(/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE')
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
