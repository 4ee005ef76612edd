import { describe, expect, it } from 'vitest'

import { credentials, forageTokens, forageTokensHere } from './forage-tokens.ts'

describe('forage-tokens', () => {
  it('`forage-tokens` prints its usage with --help', async () => {
    const { code, stdout } = await forageTokens(['--help'], {})
    expect(stdout).toContain('Usage: forage-tokens COMMAND')
    expect(code).toBe(0)
  })

  it.each([
    [['stauts'], 'There is no command "stauts"'],
    [['status', 'rotate'], 'Give one command at a time, without "rotate"'],
    [['status', '--force'], "Unknown option '--force'"],
    [['rotate'], 'REDIS_URL is not set'],
    [['compromise', '--yes'], 'REDIS_URL is not set'],
    [['rotate', '--pool', 'ios'], 'There is no pool "ios". Name one with --pool: web'],
  ])('`forage-tokens` exits with 2 for the arguments %j and prints "%s"', async (args, sentence) => {
    const { code, stderr, stdout } = await forageTokensHere(args, credentials)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('`forage-tokens` does not choose between several pools', async () => {
    const env = { ...credentials, FORAGE_POOLS: '{"web":{},"ios":{}}' }
    const { code, stderr } = await forageTokensHere(['compromise', '--yes'], env)
    expect(stderr).toContain('There are several pools. Name one with --pool: web, ios')
    expect(code).toBe(2)
  })

  it('`forage-tokens` does nothing if a variable is missing, and names the variable', async () => {
    const { code, stderr } = await forageTokens(['status'], { FORAGE_CLIENT_ID: 'id' })
    expect(stderr).toContain('Not set: FORAGE_CLIENT_SECRET')
    expect(code).toBe(2)
  })
})
