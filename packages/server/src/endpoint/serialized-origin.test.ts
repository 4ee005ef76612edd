import { expect, it } from 'vitest'

import { isSerializedOrigin } from './serialized-origin.ts'

it.each([
  'https://shop.example',
  'http://localhost:3000',
  'http://[::1]:3000',
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'http://tauri.localhost',
  'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb',
  'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
  'safari-web-extension://2C127FA4-62C7-7E4F-90E5-472B45EECFDC',
])('%s is a serialized origin', (origin) => {
  expect(isSerializedOrigin(origin)).toBe(true)
})

it.each([
  'null',
  '*',
  '',
  'shop.example',
  '//shop.example',
  'https://shop.example/',
  'https://shop.example/cart',
  'https://shop.example?',
  'https://shop.example#',
  'https://shop.example:443',
  'https://Shop.example',
  'HTTPS://shop.example',
  'https://user@shop.example',
  'https://*.shop.example',
  'https://shop.*',
  'capacitor://',
  'capacitor://localhost/',
  'capacitor://user@localhost',
  'file://',
  'data:text/plain,x',
  undefined,
  null,
  7,
])('%o is no serialized origin', (origin) => {
  expect(isSerializedOrigin(origin)).toBe(false)
})
