'use strict'

const assert = require('node:assert/strict')
const { mkdtempSync, readdirSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { inspect } = require('node:util')
const { test } = require('node:test')
const massup = require('..')

const BODY = { data: [{ City: 'Chennai' }], ids: [] }
const CHANGE = { module: 'Leads', set: { City: 'Chennai' }, select: { ids: ['7', '8'] } }
const codes = (report) => report.findings.map((finding) => finding.code)

test('every form of a body has the same findings', () => {
  const text = JSON.stringify(BODY)
  const bytes = Buffer.from(text)
  const padded = Buffer.from(` ${text} `)
  for (const source of [BODY, text, bytes, new Uint8Array(bytes), padded.subarray(1, -1), new DataView(bytes.buffer, bytes.byteOffset, bytes.length)]) {
    assert.deepEqual(codes(massup.lint(source, { module: 'Leads' })), ['MU120'])
  }
  assert.deepEqual(codes(massup.lint([BODY, BODY], { module: 'Leads' })), ['MU120', 'MU120'])
  assert.equal(massup.lint(text).errors[0].line, 1)
  assert.equal(massup.lint(BODY).errors[0].line, undefined)
})

test('what is not a body is a TypeError, and wrong options say why', () => {
  for (const wrong of [7, undefined, null, true, Symbol('x'), () => 1, 7n, { toJSON: () => undefined }]) {
    assert.throws(() => massup.lint(wrong), TypeError)
  }
  assert.throws(() => massup.lint({ ids: [7n] }), TypeError)
  assert.throws(() => new massup.Linter({ modul: 'Leads' }), /unknown option `modul`/)
  assert.throws(() => new massup.Linter({ apiVersion: 'v99' }), /`v99` is not an API version/)
  assert.throws(() => new massup.Linter({ allow: ['empty-id'] }), /did you mean `empty-ids`/)
  assert.throws(() => new massup.Linter({ snapshot: 'gone' }), /not a snapshot directory/)
  assert.throws(() => massup.lintFile('gone.json'), /cannot read/)
})

test('reports count and word what they hold', () => {
  const report = massup.lint({ data: [{ City: 'a', State: 'b' }], ids: ['7', '7'] }, { module: 'Leads' })
  assert.equal(inspect(report), 'Report { 1 error, 1 warning }')
  assert.equal([...report].length, report.errors.length + report.warnings.length + report.notes.length)
  assert.match(String(report), /^error\[MU115 too-many-fields\]: /)
  assert.throws(() => report.throwIfErrors(), (error) => error instanceof massup.LintError && error.report === report)
  const clean = massup.lint({ data: [{ City: 'a' }], ids: ['554023000000497007'] }, { module: 'Leads' })
  assert.equal(inspect(clean), 'Report { no findings }')
  assert.equal(clean.automations[0].outcome, 'triggered')
  assert.ok(clean.unchecked.length > 0)
  clean.throwIfErrors()
})

test('a file is linted with the settings of its directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'massup-'))
  writeFileSync(join(folder, 'a.json'), JSON.stringify(BODY))
  assert.equal(massup.lintFile(join(folder, 'a.json')).ok, false)
  writeFileSync(join(folder, 'massup.toml'), '[rules]\nempty-ids = "allow"\n')
  assert.equal(massup.lintFile(join(folder, 'a.json')).ok, true)
})

test('the samples of the vendor are read', () => {
  const folder = join(__dirname, '../../../tests/corpus/page')
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  assert.ok(files.length > 5)
  for (const name of files) {
    const report = massup.lintFile(join(folder, name))
    assert.equal(report.ok, report.errors.length === 0, name)
  }
})

test('plans have calls, or reasons', () => {
  const plan = massup.plan(CHANGE)
  assert.deepEqual([plan.feasible, plan.calls, plan.records, plan.credits], [true, 1, 2, 1])
  const steps = [...plan]
  assert.deepEqual(steps.map((step) => step.body.ids), [['7', '8']])
  assert.equal(massup.lint(plan.toJSONL(), { name: 'a.plan.jsonl' }).ok, true)

  const folder = mkdtempSync(join(tmpdir(), 'massup-'))
  writeFileSync(join(folder, 'ids.txt'), '7\n8\n9\n')
  const change = { ...CHANGE, select: { ids_file: 'ids.txt' } }
  writeFileSync(join(folder, 'a.massup.json'), JSON.stringify(change))
  assert.equal(massup.planFile(join(folder, 'a.massup.json')).records, 3)
  assert.equal(massup.plan(change, { folder }).records, 3)
  assert.throws(() => massup.plan(change), /ids\.txt/)

  const impossible = massup.plan({ ...CHANGE, policy: { automation: 'forbid' } })
  assert.equal(impossible.feasible, false)
  assert.ok(impossible.nearest.length > 0)
  assert.throws(() => impossible.toJSONL(), /no plan is possible/)
  assert.throws(() => massup.plan({ module: 'Leads', set: { City: 'a' } }), massup.LintError)
})

test('words are explained', () => {
  const { text, data } = massup.explain('MU104')
  assert.match(text, /^MU104 cvid-and-ids/)
  assert.equal(data.name, 'cvid-and-ids')
  assert.throws(() => massup.explain('cvid-or-ids'), /did you mean `cvid-and-ids`/)
})

test('ES modules import by name', async () => {
  const { lint, version } = await import('../index.js')
  assert.equal(lint(BODY).ok, false)
  assert.equal(version, require('../package.json').version)
})
