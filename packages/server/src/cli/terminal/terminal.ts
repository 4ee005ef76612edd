import { createInterface } from 'node:readline/promises'

/** Where the command speaks, and where a person may answer. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Undefined: nobody is there to answer. */
  ask: ((question: string) => Promise<string>) | undefined
}

/** `secrets` never get through, whatever a message holds: the last guard, not the first. */
export function processTerminal(secrets: readonly string[]): Terminal {
  const without = (text: string): string =>
    secrets.reduce((kept, secret) => kept.replaceAll(secret, '[secret]'), text)
  return {
    out: (text) => void process.stdout.write(`${without(text)}\n`),
    err: (text) => void process.stderr.write(`${without(text)}\n`),
    ask: process.stdin.isTTY && process.stderr.isTTY ? askPerson : undefined,
  }
}

// On the error stream: what is piped on is the result only.
async function askPerson(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}
