// Compiled, never run: what people write has the types they expect.

import { LintError, Linter, explain, lint, plan, type Finding, type Fix } from '../index.js'

const report = lint({ data: [{ City: 'Chennai' }], ids: [] }, { module: 'Leads', apiVersion: 'v8' })
const findings: Finding[] = report.errors
const fix: Fix | undefined = findings[0]?.fix
const line: number | undefined = findings[0]?.line
for (const { code, severity } of report) {
  const worst: boolean = severity === 'error' && code.startsWith('MU')
  void worst
}
const linter = new Linter({ deny: ['MU104'] as const })
const calls: number | null = linter.plan('{}', { folder: '.' }).calls
const text: string = explain('MU104').text
try {
  plan(new Uint8Array())
} catch (error) {
  if (error instanceof LintError) error.report.throwIfErrors()
}
// @ts-expect-error: there is no such option
new Linter({ modul: 'Leads' })
// @ts-expect-error: a number is not a body
lint(7)
void [fix, line, calls, text]
