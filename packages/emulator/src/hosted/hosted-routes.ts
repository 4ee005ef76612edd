import type { EmulatorApp, EmulatorContext } from '../context.ts'

export function mountHosted(_app: EmulatorApp, _context: EmulatorContext): void {}
