import { expect, it } from 'vitest'

import { clientNetwork } from './client-ip.ts'

it.each([
  ['192.0.2.7', '192.0.2.7'],
  [' 192.0.2.7 ', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['2001::4:5:6:7:8', '2001:0:0:4::/64'],
  ['198.51.100.217', '198.51.100.217'],
  ['::ffff:198.51.100.217', '198.51.100.217'],
  ['2001:db8::ffff:192.0.2.7', '2001:db8:0:0::/64'],
])('clientNetwork counts %s as %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network)
})

it.each([
  undefined,
  null,
  '',
  'unknown',
  '1.2.3',
  '1.2.3.4.5',
  'x1.2.3.4',
  '1.2.3.4x',
  '::ffff:1.2.3.4x',
  'x[::1]',
  '[::1]x',
  'shop.example',
  '2001:db8::1::2',
  '_hidden',
  42,
])('clientNetwork does not accept %s as an address', (address) =>
  expect(clientNetwork(address)).toBeUndefined(),
)
