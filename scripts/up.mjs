// Prepares a machine and runs a file, in one command:
//
//   node scripts/up.mjs [--free-port PORT] FILE.ts [arguments]
//
// With `--free-port`, the file finds in FREE_PORT the first free port from PORT on, unless the arguments (--port) or the
// environment (PORT) name one. If that one is in use, the command says so before it fetches anything.
//
// If the machine's own Node.js or pnpm does not fit, the command fetches the pinned version into .toolchain/. Then it
// installs the workspace from its lockfile and runs the file.
//
// The file runs as a direct child, with the workspace's bins first on its PATH. This process forwards signals to the
// child (which may get Ctrl-C twice, because a terminal sends it to both) and exits with the child's code. If this
// process is killed, the child gets `disconnect` on `process` and must end. The channel keeps a child that listens to
// `disconnect` alive, unless the child calls `process.channel.unref()`.
//
// This file uses the syntax and module names of Node.js 12, as toolchain-plan.mjs explains.
import { spawn, spawnSync } from 'child_process'
import fs from 'fs'
import os from 'os'
import path from 'path'
import { fileURLToPath } from 'url'

import { freePort } from './toolchain/free-port.mjs'
import { isNetworkFailure } from './toolchain/network-failure.mjs'
import { toolchainPlan } from './toolchain/toolchain-plan.mjs'

/**
 * @typedef {import('./toolchain/toolchain-plan.mjs').Package} Package
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null, output: string, missing: boolean }} Outcome
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const toolchain = path.join(root, '.toolchain')
const windows = process.platform === 'win32'

// Without a network, pnpm retries for 70 s. These settings end that within seconds.
const fewRetries = {
  npm_config_fetch_retries: '2',
  npm_config_fetch_retry_mintimeout: '500',
  npm_config_fetch_retry_maxtimeout: '2000',
  pnpm_config_fetch_retries: '2',
  pnpm_config_fetch_retry_mintimeout: '500',
  pnpm_config_fetch_retry_maxtimeout: '2000',
}

/** @type {import('child_process').ChildProcess | undefined} */
let running
/** @type {NodeJS.Signals | undefined} */
let interrupted

/**
 * @param {string} sentence
 * @returns {never}
 */
function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** @param {string} file */
function read(file) {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

/**
 * Returns the folder of a fetched package. Each version has its own folder, so that no run changes a folder that
 * another run uses.
 * @param {Package} wanted
 */
function home(wanted) {
  return path.join(toolchain, `${wanted.name}-${wanted.version}`)
}

/** @param {Package} wanted */
function isFetched(wanted) {
  return fs.existsSync(home(wanted))
}

/**
 * Returns the version of the machine's own pnpm. It runs outside the repository, where pnpm does not switch to the
 * pinned version, and does not let corepack download one.
 */
function machinePnpm() {
  const env = Object.assign({}, process.env, { COREPACK_ENABLE_NETWORK: '0' })
  const result = spawnSync('pnpm', ['--version'], { cwd: os.tmpdir(), encoding: 'utf8', env, shell: windows })
  return result.status === 0 ? result.stdout.trim() : undefined
}

function plan() {
  const pins = {
    node: read('.node-version').trim(),
    pnpm: /** @type {string} */ (JSON.parse(read('package.json')).packageManager.split(/[@+]/)[1]),
  }
  const fetched = isFetched({ name: 'pnpm', version: pins.pnpm })
  const { platform, arch, versions } = process
  // A pnpm that was fetched before is used again, so the machine's own version does not matter.
  const pnpm = fetched || Number.parseInt(versions.node, 10) < 20 ? undefined : machinePnpm()
  return toolchainPlan({ node: versions.node, platform, arch, pnpm }, pins)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
function quietly(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: windows })
    running = child
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', () => resolve({ code: null, signal: null, output, missing: true }))
    child.on('close', (code, signal) => resolve({ code, signal, output, missing: false }))
  })
}

/** @param {string} folder */
function canWrite(folder) {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Returns a folder for temporary files: next to the tools if that is possible. */
function scratch() {
  if (!canWrite(root)) return os.tmpdir()
  fs.mkdirSync(toolchain, { recursive: true })
  return toolchain
}

/**
 * Writes a tool's output to a file, for users who need more than one sentence. Returns a text with the file's path.
 * @param {string} output
 */
function keepDetails(output) {
  const file = path.join(scratch(), 'forage-session-up.log')
  fs.writeFileSync(file, output)
  return ` Details: ${file}`
}

/**
 * Ends this process with one sentence if a tool failed.
 * @param {Outcome} outcome
 * @param {string} what
 * @param {string} tool
 */
function requireSuccess(outcome, what, tool) {
  if (interrupted) process.exit(128 + os.constants.signals[interrupted])
  if (outcome.code === 0) return
  if (outcome.missing)
    stop(`${tool} was not found. Install Node.js with npm from https://nodejs.org and run the command again.`)
  const details = keepDetails(outcome.output)
  if (isNetworkFailure(outcome.output)) {
    stop(
      `Could not ${what}, because the npm registry is unreachable. Check the network and run the command again.${details}`,
    )
  }
  const line = outcome.output.split('\n').find((text) => /\b(ERR_PNPM_\w+|npm error)\b/.test(text))
  stop(`Could not ${what}${line ? ` (${line.trim()})` : ''}.${details}`)
}

/**
 * Fetches a package into a temporary folder and then renames the folder. Two runs can do so at the same time, and an
 * interrupted run leaves no incomplete package.
 * @param {Package} wanted
 * @param {NodeJS.ProcessEnv} env
 */
async function fetchPackage(wanted, env) {
  const folder = path.join(toolchain, `fetching-${wanted.name}-${process.pid}`)
  fs.mkdirSync(folder, { recursive: true })
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  const spec = `${wanted.name}@${wanted.version}`
  // No install script runs, except on Windows: there pnpm's own script puts its program in place.
  const args = ['install', '--prefix', folder, `--ignore-scripts=${!windows}`, ...flags, spec]
  const outcome = await quietly('npm', args, env)
  try {
    if (outcome.code === 0) fs.renameSync(folder, home(wanted))
  } catch (error) {
    if (!isFetched(wanted)) throw error
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
  requireSuccess(outcome, `fetch ${spec}`, 'npm')
}

/**
 * @param {Package[]} packages
 * @param {NodeJS.ProcessEnv} env
 */
async function fetchMissing(packages, env) {
  const missing = packages.filter((wanted) => !isFetched(wanted))
  if (missing.length === 0) return
  console.log(
    `Fetching ${missing.map(({ name, version }) => `${name}@${version}`).join(' and ')} into .toolchain/`,
  )
  for (const wanted of missing) await fetchPackage(wanted, env)
}

/** Returns another home folder if the real one is read-only, because npm and pnpm keep their stores in it. */
function writableHome() {
  if (canWrite(os.homedir())) return {}
  const folder = path.join(scratch(), 'home')
  fs.mkdirSync(folder, { recursive: true })
  return { HOME: folder }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} folders
 */
function withPath(env, folders) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH'
  return Object.assign({}, env, { [key]: folders.concat(env[key] || []).join(path.delimiter) })
}

/** @param {Package} node */
function fetchedNode(node) {
  return path.join(home(node), 'node_modules', node.name, 'bin', windows ? 'node.exe' : 'node')
}

/** @param {NodeJS.ProcessEnv} env */
async function installDependencies(env) {
  if (!fs.existsSync(path.join(root, 'node_modules', '.modules.yaml'))) console.log('Installing dependencies')
  const outcome = await quietly('pnpm', ['install', '--frozen-lockfile'], env)
  requireSuccess(outcome, 'install the dependencies', 'pnpm')
}

/**
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function run(node, args, env) {
  const child = spawn(node, args, { cwd: root, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  running = child
  // This happens, for example, on a machine without glibc, because npm's Node.js is linked with glibc.
  child.on('error', () =>
    stop(`${node} does not run on this machine. Install its version from https://nodejs.org.`),
  )
  child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code || 0))
}

/**
 * @param {string} first
 * @param {string[]} args
 */
async function environmentWithPort(first, args) {
  const found = await freePort(Number(first), args, process.env)
  if (found.refusal !== undefined) return stop(found.refusal)
  if (found.note !== undefined) console.log(found.note)
  return found.port === undefined ? {} : { FREE_PORT: String(found.port) }
}

/** @param {string[]} args */
async function up(args) {
  if (args[0] !== '--free-port') return await runFile(args, {})
  return await runFile(args.slice(2), await environmentWithPort(args[1] || '', args))
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} more
 */
async function runFile(args, more) {
  const wanted = plan()
  if (wanted.refusal !== undefined) stop(wanted.refusal)
  if (args.length === 0) stop('Usage: node scripts/up.mjs [--free-port PORT] FILE.ts [arguments]')
  const packages = [wanted.node, wanted.pnpm].filter((item) => item !== undefined)
  const machine = Object.assign({}, process.env, more, writableHome())
  await fetchMissing(packages, Object.assign({}, machine, fewRetries))
  const bins = packages.map((item) => path.join(home(item), 'node_modules', '.bin'))
  const node = wanted.node ? fetchedNode(wanted.node) : process.execPath
  await installDependencies(Object.assign(withPath(machine, bins), fewRetries))
  run(node, args, withPath(machine, [path.join(root, 'node_modules', '.bin'), ...bins]))
}

const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
for (const signal of signals) {
  process.on(signal, () => {
    interrupted = signal
    if (running) running.kill(signal)
    else process.exit(128 + os.constants.signals[signal])
  })
}

up(process.argv.slice(2)).catch((error) => {
  if (error.code === 'EROFS' || error.code === 'EACCES') stop(`Cannot write to ${toolchain}: ${error.code}.`)
  throw error
})
