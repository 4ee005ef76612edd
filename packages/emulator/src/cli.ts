#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Most of the start is spent compiling these files. Node.js reuses the compiled code from the second start.
enableCompileCache()
// `| head` stops reading early. Without a listener, Node.js would print a stack trace.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return
  process.stderr.write(`forage-emulator: the output cannot be written (${code}).\n`)
  process.exitCode = 1
})
const [name, ...rest] = process.argv.slice(2)
if (name === 'check') {
  const { checkCommand } = await import('./cli/check-command.ts')
  process.exitCode = await checkCommand(rest, process)
} else {
  const { command } = await import('./cli/command.ts')
  command(process.argv.slice(2))
}
