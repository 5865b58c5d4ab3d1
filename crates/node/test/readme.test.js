'use strict'

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { test } = require('node:test')

test('the examples of the README print what it shows', () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8')
  const examples = [...readme.matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)]
  assert.ok(examples.length >= 3)
  assert.equal(examples.length, readme.match(/```js/g).length, 'each example shows what it prints')
  const folder = mkdtempSync(join(tmpdir(), 'massup-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(__dirname, '..'), join(folder, 'node_modules/massup'))
  for (const [, code, output] of examples) {
    writeFileSync(join(folder, 'example.mjs'), code)
    const ran = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' })
    assert.equal(ran.stdout + ran.stderr, output)
  }
})
