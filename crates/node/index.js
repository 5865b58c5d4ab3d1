'use strict'

const native = load()

/** Loads the native module: the one that was built here, or the package of this platform. */
function load() {
  const { platform, arch } = process
  const ends = platform === 'linux' ? ['-gnu', '-musl'] : ['']
  const places = [`./massup.${platform}-${arch}.node`, ...ends.map((end) => `@massup/${platform}-${arch}${end}`)]
  const causes = []
  for (const place of places) {
    try {
      return require(place)
    } catch (cause) {
      // A module that is there and does not load says more than one that is not.
      if (cause.code === 'MODULE_NOT_FOUND') causes.push(cause)
      else causes.unshift(cause)
    }
  }
  const help = 'install it with its optional dependencies (`npm install --include=optional`), on a platform that has a build'
  throw new Error(`massup has no build for ${platform}-${arch}, or it does not load here; ${help}`, { cause: causes[0] })
}

/** What was found in a body, a change file or a plan. */
class Report {
  #raw
  #located
  #data

  constructor(raw, located) {
    this.#raw = raw
    this.#located = located
  }

  get ok() {
    return this.#raw.errors === 0
  }

  get #file() {
    return this.toJSON().files[0]
  }

  get findings() {
    return this.#file.diagnostics
  }

  get errors() {
    return this.findings.filter((finding) => finding.severity === 'error')
  }

  get warnings() {
    return this.findings.filter((finding) => finding.severity === 'warning')
  }

  get notes() {
    return this.findings.filter((finding) => finding.severity === 'note')
  }

  get automations() {
    return this.#file.automations
  }

  get unchecked() {
    return this.#file.unchecked
  }

  get signature() {
    return this.#file.signature
  }

  get path() {
    return this.#file.path
  }

  throwIfErrors() {
    if (!this.ok) throw new LintError(this)
  }

  toJSON() {
    if (this.#data === undefined) {
      this.#data = JSON.parse(this.#raw.json)
      if (!this.#located) {
        // An object was never a text, so it has no lines.
        for (const finding of this.#data.files[0].diagnostics) {
          delete finding.line
          delete finding.column
        }
      }
    }
    return this.#data
  }

  toString() {
    return this.findings.map(worded).join('\n') || 'no findings'
  }

  [Symbol.iterator]() {
    return this.findings[Symbol.iterator]()
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    const counts = ['error', 'warning', 'note'].map((name) => [name, this.#raw[`${name}s`]])
    const words = counts.filter(([, number]) => number > 0).map(([name, number]) => `${number} ${name}${number > 1 ? 's' : ''}`)
    return `Report { ${words.join(', ') || 'no findings'} }`
  }
}

function worded(finding) {
  return `${finding.severity}[${finding.code} ${finding.name}]: ${finding.message}`
}

/** A call, change file or plan has errors. */
class LintError extends Error {
  constructor(report) {
    super(report.errors.map(worded).join('\n'))
    this.name = 'LintError'
    this.report = report
  }
}

/** The cheapest calls that make a change, or the reasons why there are none. */
class Plan {
  #document
  #lines

  constructor(document, lines) {
    this.#document = document
    this.#lines = lines
  }

  get feasible() {
    return this.#lines !== undefined
  }

  get findings() {
    return this.#document.findings
  }

  get nearest() {
    return this.#document.nearest ?? []
  }

  get calls() {
    return this.#document.calls ?? null
  }

  get records() {
    return this.#document.records ?? null
  }

  get credits() {
    return this.#document.credits ?? null
  }

  toJSON() {
    return this.#document
  }

  toJSONL() {
    if (!this.feasible) {
      throw new Error(`no plan is possible; ${[...this.nearest, ...this.findings.map(worded)].join('; ')}`)
    }
    return this.#lines
  }

  *[Symbol.iterator]() {
    // The first line is the header, the last the footer.
    for (const line of this.toJSONL().trimEnd().split('\n').slice(1, -1)) yield JSON.parse(line)
  }
}

/** Checks bodies and files, and plans changes, with one set of options. */
class Linter {
  #session

  constructor(options = {}) {
    const { module, apiVersion, snapshot, allow, warn, deny, ...unknown } = options
    const [name] = Object.keys(unknown)
    if (name !== undefined) throw new TypeError(`unknown option \`${name}\``)
    const given = { module, api_version: apiVersion, snapshot, allow, warn, deny }
    this.#session = new native.Session(JSON.stringify(given))
  }

  lint(source, { name = 'body.json' } = {}) {
    const [text, located] = textOf(source)
    return new Report(this.#session.lint(name, text), located)
  }

  lintFile(path) {
    return new Report(this.#session.lintFile(path), true)
  }

  plan(change, { name = 'change.json', folder = '' } = {}) {
    const [text, located] = textOf(change)
    return planOf(this.#session.plan(name, text, folder), located)
  }

  planFile(path) {
    return planOf(this.#session.planFile(path), true)
  }
}

function planOf(raw, located) {
  if (raw.report) throw new LintError(new Report(raw.report, located))
  return new Plan(JSON.parse(raw.json), raw.lines)
}

/** The text of an object as `fetch` would send it, or the text itself; and whether it was a text. */
function textOf(source) {
  if (typeof source === 'string') return [source, true]
  if (ArrayBuffer.isView(source)) return [Buffer.from(source.buffer, source.byteOffset, source.byteLength), true]
  if (typeof source === 'object' && source !== null) {
    const text = JSON.stringify(source)
    if (text !== undefined) return [text, false]
  }
  throw new TypeError('cannot lint this value; give an object, an array, JSON as a string, or bytes')
}

function lint(source, { name, ...options } = {}) {
  return new Linter(options).lint(source, { name })
}

function lintFile(path, options) {
  return new Linter(options).lintFile(path)
}

function plan(change, { name, folder, ...options } = {}) {
  return new Linter(options).plan(change, { name, folder })
}

function planFile(path, options) {
  return new Linter(options).planFile(path)
}

function explain(word) {
  const [text, data] = native.explain(word)
  return { text, data: JSON.parse(data) }
}

const version = native.VERSION

module.exports = { LintError, Linter, Plan, Report, explain, lint, lintFile, plan, planFile, version }
