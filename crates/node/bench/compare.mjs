// Compares massup with ajv on the same bodies: `node bench/compare.mjs`.
//
// ajv checks the form by schemas/request/v8.leads.schema.json; massup runs all its rules. Medians of interleaved rounds, in
// microseconds a body.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import massup from '../index.js'

const require = createRequire(import.meta.url)
const Ajv = require('ajv/dist/2020').default
const ROUNDS = 30

const schema = JSON.parse(readFileSync(new URL('../../../schemas/request/v8.leads.schema.json', import.meta.url)))
const ajv = new Ajv({ strict: false })
require('ajv-formats').default(ajv)
const valid = ajv.compile(schema)
const linter = new massup.Linter({ module: 'Leads', apiVersion: 'v8' })

function once(call, times) {
  const started = process.hrtime.bigint()
  for (let time = 0; time < times; time++) call()
  return Number(process.hrtime.bigint() - started) / times / 1000
}

function compare(title, calls, times) {
  const rounds = Array.from({ length: ROUNDS }, () => calls.map(([, call]) => once(call, times)))
  console.log(title)
  calls.forEach(([name], place) => {
    const sorted = rounds.map((round) => round[place]).sort((a, b) => a - b)
    console.log(`  ${name.padEnd(36)} ${sorted[ROUNDS / 2].toFixed(1).padStart(10)} us`)
  })
}

for (const [number, times] of [[1, 1000], [500, 50]]) {
  const ids = Array.from({ length: number }, (_, place) => `${554023000000497007n + BigInt(place)}`)
  const body = { data: [{ City: 'Chennai' }], ids }
  const text = JSON.stringify(body)
  const bytes = Buffer.from(text)
  if (!linter.lint(body).ok || !valid(body)) throw new Error('the body is good')
  compare(`${number} ids, an object`, [['massup lint(object)', () => linter.lint(body).ok], ['ajv', () => valid(body)]], times)
  compare(
    `${number} ids, text`,
    [
      ['massup lint(text)', () => linter.lint(text).ok],
      ['massup lint(bytes)', () => linter.lint(bytes).ok],
      ['JSON.parse and ajv', () => valid(JSON.parse(text))],
    ],
    times,
  )
}
