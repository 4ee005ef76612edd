#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Most of a start is to compile these files; from the second start on Node.js has them compiled.
enableCompileCache()
const { command } = await import('./command.ts')
command(process.argv.slice(2))
