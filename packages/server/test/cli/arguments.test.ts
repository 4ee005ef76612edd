import { describe, expect, it } from 'vitest'

import { credentials, forageTokens, forageTokensHere } from './forage-tokens.ts'

describe('forage-tokens', () => {
  it('says what it can do', async () => {
    const { code, stdout } = await forageTokens(['--help'], {})
    expect(stdout).toContain('Usage: forage-tokens COMMAND')
    expect(code).toBe(0)
  })

  it.each([
    [['stauts'], 'There is no command "stauts"'],
    [['status', 'rotate'], 'One command at a time, got also "rotate"'],
    [['status', '--force'], "Unknown option '--force'"],
    [['rotate'], 'REDIS_URL is not set'],
    [['compromise', '--yes'], 'REDIS_URL is not set'],
    [['rotate', '--pool', 'ios'], 'There is no pool "ios". Name it with --pool: web'],
  ])('%j is a misuse, and it says of what kind', async (args, sentence) => {
    const { code, stderr, stdout } = await forageTokensHere(args, credentials)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('does not choose among several pools', async () => {
    const env = { ...credentials, FORAGE_POOLS: '{"web":{},"ios":{}}' }
    const { code, stderr } = await forageTokensHere(['compromise', '--yes'], env)
    expect(stderr).toContain('Which pool? Name it with --pool: web, ios')
    expect(code).toBe(2)
  })

  it('tries nothing where a variable is missing, and names it', async () => {
    const { code, stderr } = await forageTokens(['status'], { FORAGE_CLIENT_ID: 'id' })
    expect(stderr).toContain('FORAGE_CLIENT_SECRET not set')
    expect(code).toBe(2)
  })
})
