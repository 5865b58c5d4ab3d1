'use strict'

const assert = require('node:assert/strict')
const { test } = require('node:test')
const massup = require('..')

// xorshift32, so that a failure can be repeated.
let state = Number(process.env.MASSUP_SEED ?? 2463534242) >>> 0
function any(below) {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % below
}

const pick = (list) => list[any(list.length)]
const KEYS = ['data', 'ids', 'cvid', 'territory', 'module', 'set', 'select', 'policy', 'method', 'path', 'body', '__proto__', '']
const NAMES = ['a.json', 'a.jsonl', 'a.massup.yaml', 'a.massup.toml', 'a.plan.jsonl', 'a.sh', 'a.har', '\0', '']
const LEAVES = [null, undefined, true, 0, -1.5, NaN, Infinity, 1e300, '', '7', '\ud800', '\0', 'Chennai', 7n, Symbol('x'), () => 1, new Date(0), /x/]
const GOOD = Buffer.from(JSON.stringify({ data: [{ City: 'Chennai' }], ids: ['554023000000497007'] }))

function value(depth) {
  const kind = depth > 4 ? 0 : any(3)
  if (kind === 0) return pick(LEAVES)
  const items = Array.from({ length: any(4) }, () => value(depth + 1))
  return kind === 1 ? items : Object.fromEntries(items.map((item) => [pick(KEYS), item]))
}

function bytes() {
  if (any(2) === 0) return Buffer.from(Array.from({ length: any(400) }, () => any(256)))
  const text = Buffer.from(GOOD)
  for (let edits = any(4); edits > 0; edits--) text[any(text.length)] = any(256)
  return text.subarray(0, any(3) === 0 ? any(text.length) : text.length)
}

test('any bytes have a report', () => {
  const linter = new massup.Linter()
  for (let call = 0; call < 5_000; call++) {
    const [text, name] = [bytes(), pick(NAMES)]
    const report = linter.lint(text, { name })
    assert.equal(report.ok, report.errors.length === 0)
    assert.deepEqual(report.toJSON(), linter.lint(text, { name }).toJSON())
  }
})

test('any values have a report or a TypeError', () => {
  const linter = new massup.Linter()
  for (let call = 0; call < 5_000; call++) {
    const source = value(0)
    for (const run of [() => linter.lint(source).findings, () => linter.plan(source).toJSON(), () => new massup.Linter(source), () => massup.explain(source)]) {
      try {
        run()
      } catch (error) {
        assert.ok(error instanceof Error, String(error))
      }
    }
  }
})

test('a hundred thousand calls leak nothing', () => {
  const linter = new massup.Linter({ module: 'Leads' })
  const good = { data: [{ City: 'Chennai' }], ids: ['554023000000497007'] }
  const bad = Buffer.from('{"data": [{"City": "a", "State": "b"}], "ids": []}')
  const change = { module: 'Leads', set: { City: 'Chennai' }, select: { ids: ['7', '8'] } }
  const calls = (number) => {
    for (let call = 0; call < number; call += 4) {
      linter.lint(good)
      linter.lint(bad).findings
      linter.plan(change)
      assert.throws(() => massup.explain('no such rule'))
    }
    gc()
    return process.memoryUsage().rss
  }
  calls(20_000)
  const before = calls(20_000)
  // 100 bytes a call; what the engine keeps for itself varies by some megabytes.
  assert.ok(calls(100_000) - before < 10_000_000)
})
