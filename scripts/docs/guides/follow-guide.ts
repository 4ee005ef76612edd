import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { Frame, Page } from 'playwright'

import { mustRun, runCommand } from '../../run-command.ts'
import { committedSecrets, secretsInCommands } from './committed-secrets.ts'
import { missingTexts } from './expectation.ts'
import { portsOf, type GuideStep } from './guide-steps.ts'
import { watchSecrets, type PageSecrets } from './page-secrets.ts'
import { portsInUse, type PortLocks } from './port-locks.ts'

/** Everything that a reader has before the first step. */
export interface Desk {
  /** An empty folder. */
  folder: string
  env: Record<string, string>
  ports: PortLocks
  openBrowser: () => Promise<Page>
  signal: AbortSignal
}

/** The last result: a command's output or the text of the page. */
interface Shown {
  read: () => Promise<string>
  /** Whether the text no longer changes. */
  isFinal?: boolean
}

interface Reader extends Desk {
  /** The current folder of the reader's terminals. */
  cwd: string
  /** The files that the guide wrote. */
  files: string[]
  page: Page | undefined
  pageErrors: string[]
  secrets: PageSecrets | undefined
  shown: Shown
  holdsPorts: boolean
  /** Cleanup functions, to run in reverse order at the end of the guide. */
  leave: (() => Promise<void> | void)[]
}

/** The shell is not `sh`, because dash removes npm settings like `npm_config_@scope:registry` from the environment. */
const shell = 'bash'
const commandTimeoutMs = 180_000
const timeoutMs = 30_000

/** Follows the steps of a guide and does nothing else. Rejects with the line of the step that does not work. */
export async function followGuide(steps: readonly GuideStep[], desk: Desk): Promise<void> {
  const reader: Reader = {
    ...desk,
    cwd: desk.folder,
    files: [],
    page: undefined,
    pageErrors: [],
    secrets: undefined,
    shown: { read: () => Promise.resolve(''), isFinal: true },
    holdsPorts: false,
    leave: [],
  }
  try {
    for (const step of steps) await follow(reader, step, steps)
    const problems = [...reader.pageErrors, ...((await reader.secrets?.leaks()) ?? [])]
    if (problems.length > 0) throw new Error(`in the page: ${problems.join(' ')}`)
    const exposed = [...secretsInCommands(steps), ...committedSecrets(reader.files)]
    if (exposed.length > 0) throw new Error(exposed.join(' '))
  } finally {
    for (const leave of reader.leave.toReversed()) await leave()
  }
}

async function follow(reader: Reader, step: GuideStep, steps: readonly GuideStep[]): Promise<void> {
  reader.signal.throwIfAborted()
  try {
    if (step.kind === 'start') await holdPorts(reader, portsOf(steps))
    await act(reader, step)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`line ${step.line}: ${message}`, { cause: error })
  }
}

async function act(reader: Reader, step: GuideStep): Promise<void> {
  switch (step.kind) {
    case 'write':
      return write(reader, step.file, step.code)
    case 'run':
      return await run(reader, step.commands)
    case 'start':
      return start(reader, step.command)
    case 'open':
      return await open(reader, step.url)
    case 'type':
      return await typeInto(reader, step.text, step.label)
    case 'press':
      return await press(reader, step.label)
    case 'expect':
      return await expectShown(reader, step.texts)
  }
}

/** Waits for the guide's ports, because two guides that use the same port cannot run at the same time. */
async function holdPorts(reader: Reader, ports: readonly number[]): Promise<void> {
  if (reader.holdsPorts) return
  reader.holdsPorts = true
  const release = await reader.ports.take(ports)
  reader.leave.push(release)
  const used = await portsInUse(ports)
  if (used.length > 0)
    throw new Error(`Port ${used.join(', ')} is in use. End the program that listens there.`)
}

function write({ folder, cwd, files }: Reader, name: string, code: string): void {
  const file = resolve(cwd, name)
  if (relative(folder, file).startsWith('..')) throw new Error(`${name} is outside the reader's folder.`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
  files.push(file)
}

async function run(reader: Reader, commands: readonly string[]): Promise<void> {
  let output = ''
  for (const command of commands) {
    const [, folder] = /^cd (\S+)$/.exec(command) ?? []
    if (folder === undefined) output += await runOne(reader, command)
    else reader.cwd = resolve(reader.cwd, folder)
  }
  reader.shown = { read: () => Promise.resolve(output), isFinal: true }
}

async function runOne({ cwd, env, signal }: Reader, command: string): Promise<string> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(commandTimeoutMs)])
  return await mustRun(shell, ['-c', command], { cwd, env, signal: deadline })
}

function start(reader: Reader, command: string): void {
  const { cwd, env, signal } = reader
  const stop = new AbortController()
  let output = ''
  const ended = runCommand(shell, ['-c', command], {
    cwd,
    env,
    signal: AbortSignal.any([signal, stop.signal]),
    onOutput: (text) => void (output += text),
  })
  let isRunning = true
  void ended.then(() => (isRunning = false))
  const read = async (): Promise<string> => {
    if (!isRunning) throw new Error(`\`${command}\` has ended:\n${output}`)
    return output
  }
  reader.shown = { read }
  reader.leave.push(async () => {
    stop.abort()
    await ended
  })
}

async function open(reader: Reader, url: string): Promise<void> {
  const page = (reader.page ??= await firstPage(reader))
  await goto(page, url, reader.signal)
  reader.shown = { read: () => textOf(page) }
}

/** Returns the text of the page, including shadow roots, because a reader sees the devtools in theirs as well. */
async function textOf(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const roots = Array.from(document.querySelectorAll('*'), ({ shadowRoot }) => shadowRoot?.children ?? [])
    const shown = [document.body, ...roots.flatMap((children) => [...children])]
    return shown.map((element) => (element instanceof HTMLElement ? element.innerText : '')).join('\n')
  })
}

async function firstPage(reader: Reader): Promise<Page> {
  const page = await reader.openBrowser()
  reader.secrets = watchSecrets(page)
  page.on('pageerror', ({ message }) => reader.pageErrors.push(message))
  reader.leave.push(() => page.close())
  return page
}

async function whenItListens(url: string, signal: AbortSignal): Promise<void> {
  const { port } = new URL(url)
  const until = performance.now() + timeoutMs
  while ((await portsInUse([Number(port)])).length === 0) {
    if (performance.now() > until) throw new Error(`No server listens at ${url}.`)
    await delay(100, undefined, { signal })
  }
}

/** Matches the errors for a server that is not ready yet. A server may restart once after its first start. */
const notThereYet = /CONNECTION_(REFUSED|RESET)|interrupted by another navigation to "chrome-error/

/** Opens a page, and reloads it until its server is ready, as a reader would. */
async function goto(page: Page, url: string, signal: AbortSignal): Promise<void> {
  await whenItListens(url, signal)
  const until = performance.now() + timeoutMs
  for (;;) {
    try {
      await page.goto(url, { timeout: timeoutMs })
      return
    } catch (error) {
      if (!notThereYet.test(String(error)) || performance.now() > until) throw error
      await delay(100, undefined, { signal })
    }
  }
}

/** Types into a labeled input of the page or of one of its frames: the fields for card number and PIN are in frames. */
async function typeInto({ page, signal }: Reader, text: string, label: string): Promise<void> {
  const until = performance.now() + timeoutMs
  while (!(await typeIntoFrame(page?.frames() ?? [], text, label))) {
    if (performance.now() > until) throw new Error(`The page shows no input "${label}".`)
    await delay(100, undefined, { signal })
  }
}

async function typeIntoFrame(frames: readonly Frame[], text: string, label: string): Promise<boolean> {
  for (const frame of frames) {
    const input = frame.locator('input').and(frame.getByLabel(label, { exact: true }))
    // A frame may leave the document at any time. The next attempt sees the one that replaces it.
    const isShown = await input.isVisible().catch(() => false)
    if (!isShown) continue
    await input.fill(text)
    return true
  }
  return false
}

async function press(reader: Reader, label: string): Promise<void> {
  const { page } = reader
  if (!page) throw new Error(`The guide presses "${label}" before it opens a page.`)
  await page.getByRole('button', { name: label, exact: true }).click({ timeout: timeoutMs })
  reader.shown = { read: () => textOf(page) }
}

async function expectShown(reader: Reader, expected: readonly string[]): Promise<void> {
  const until = performance.now() + timeoutMs
  const { read, isFinal = false } = reader.shown
  let shown = await read()
  while (missingTexts(expected, shown).length > 0) {
    if (isFinal || performance.now() > until)
      throw new Error(missingTextMessage(expected, shown, reader.pageErrors))
    await delay(100, undefined, { signal: reader.signal })
    shown = await read()
  }
}

function missingTextMessage(expected: readonly string[], shown: string, errors: readonly string[]): string {
  const missing = missingTexts(expected, shown).map((text) => `"${text}"`)
  return `${missing.join(' and ')} should be shown, but this is:\n${shown}\n${errors.join('\n')}`
}
