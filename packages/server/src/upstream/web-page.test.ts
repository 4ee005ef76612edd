import { expect, it } from 'vitest'

import { isWebPage } from './web-page.ts'

const answer = (status: number, type?: string): { status: number; headers: Headers } => ({
  status,
  headers: new Headers(type === undefined ? {} : { 'content-type': type }),
})

it.each([
  ['<!DOCTYPE html><html>', undefined],
  ['\n  <html lang="en">', undefined],
  ['<h1>Blocked</h1>', 'text/plain'],
  ['Blocked', 'text/html; charset=utf-8'],
  ['', 'application/xhtml+xml'],
])('%j with type %s is a web page', (body, type) => {
  expect(isWebPage(answer(403, type), body)).toBe(true)
  expect(isWebPage(answer(200, type), body)).toBe(true)
})

it.each([
  ['{"error":"<html>"}', 'application/json'],
  ['', undefined],
  ['< 5', 'text/plain'],
  ['Not found', 'text/plain'],
])('%j with type %s is no web page', (body, type) => {
  expect(isWebPage(answer(403, type), body)).toBe(false)
})

it('from 500 on, a page is an outage: gateways send their own', () => {
  expect(isWebPage(answer(500, 'text/html'), '<html>')).toBe(false)
  expect(isWebPage(answer(499, 'text/html'), '<html>')).toBe(true)
})
