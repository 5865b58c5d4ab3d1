/** What a body is for, and what is known about the organisation. */
export interface Options {
  /** API name of the module of bare request bodies. */
  module?: string | undefined
  /** API version of bare request bodies, such as `v8`. */
  apiVersion?: string | undefined
  /** The directory that `massup pull` writes: the metadata of the organisation. */
  snapshot?: string | undefined
  /** Rules, by code or name, whose findings are left out. */
  allow?: readonly string[] | undefined
  /** Rules whose findings are warnings. */
  warn?: readonly string[] | undefined
  /** Rules whose findings are errors. */
  deny?: readonly string[] | undefined
}

/** How a text is read. */
export interface TextOptions {
  /** The name of the text, whose ending gives its format: `.json`, `.jsonl`, `.yaml`, `.toml`. */
  name?: string | undefined
}

/** How a change is read. */
export interface ChangeOptions extends TextOptions {
  /** The directory of the files of ids that the change names. */
  folder?: string | undefined
}

/** An object, JSON text, or its bytes. */
export type Source = object | string | NodeJS.ArrayBufferView

/** What the server would answer. */
export interface Answer {
  code: string
  message: string
  /** The HTTP status, if a document gives it for the API version. */
  status?: number
}

/** One operation of a JSON Patch (RFC 6902). */
export type Edit =
  | { op: 'remove'; path: string }
  | { op: 'add' | 'replace'; path: string; value: unknown }
  | { op: 'move'; from: string; path: string }

/** A change of the body that removes a finding. */
export interface Fix {
  title: string
  /** Whether the call means the same before and after. */
  applicability: 'safe' | 'unsafe'
  patch: Edit[]
}

/** Something that is wrong, or may be. */
export interface Finding {
  /** The code of the rule, such as `MU104`. */
  code: string
  /** The name of the rule, such as `cvid-and-ids`. */
  name: string
  severity: 'error' | 'warning' | 'note'
  message: string
  /** The place in the body, as a JSON Pointer (RFC 6901). */
  pointer: string
  /** What to do about it. */
  help?: string
  /** How well the constraint is known. */
  evidence: 'documented' | 'contradicted' | 'inferred'
  /** What the server would answer, most likely first; empty if no document says. */
  answers: Answer[]
  fix?: Fix
  /** The call, counted from 1, if there are several. */
  call?: number
  /** The line in the text, from 1; absent for objects, which were never a text. */
  line?: number
  /** The column in the line, from 1, in characters. */
  column?: number
  /** The number of further findings of the rule in the call that are not listed. */
  more?: number
}

/** A finding of a plan. */
export type PlanFinding = Pick<Finding, 'code' | 'name' | 'severity' | 'message' | 'help'>

/** Whether a call triggers workflows, approvals and blueprints. */
export interface Automation {
  outcome: 'triggered' | 'not_triggered' | 'undefined'
  reason: string
  call?: number
}

/** A rule that could not be decided, because data is missing. */
export interface Unchecked {
  code: string
  name: string
  /** The missing data. */
  needs: string
  /** What supplies it. */
  supply: string
}

/** A signature of a plan. */
export interface Signature {
  /** The id of the key. */
  key: string
  /** Whether the plan was checked with the public key, which is trusted. */
  checked: boolean
}

/** What was found in a body, a change file or a plan. */
export class Report implements Iterable<Finding> {
  private constructor()
  /** Whether there is no error. */
  readonly ok: boolean
  /** All findings, by place. */
  readonly findings: Finding[]
  readonly errors: Finding[]
  readonly warnings: Finding[]
  readonly notes: Finding[]
  readonly automations: Automation[]
  readonly unchecked: Unchecked[]
  /** The signature next to the file, if it is a plan that has one. */
  readonly signature?: Signature
  /** The name of the text, or the path of the file. */
  readonly path: string
  /** Throws a `LintError` if there is an error. */
  throwIfErrors(): void
  /** The document of `massup lint --format json`. */
  toJSON(): Record<string, unknown>
  toString(): string
  [Symbol.iterator](): Iterator<Finding>
}

/** A call, change file or plan has errors. */
export class LintError extends Error {
  private constructor()
  readonly report: Report
}

/** A line of a plan: a call, or what it needs first. */
export type Step = Record<string, unknown>

/** The cheapest calls that make a change, or the reasons why there are none. */
export class Plan implements Iterable<Step> {
  private constructor()
  /** Whether there is a plan without errors. */
  readonly feasible: boolean
  readonly findings: PlanFinding[]
  /** Changes that would each make a plan possible, the smallest first. */
  readonly nearest: string[]
  /** The number of calls that update records, if known. */
  readonly calls: number | null
  /** The number of different records, if known. */
  readonly records: number | null
  /** The API credits that the plan takes, if known. */
  readonly credits: number | null
  /** The document of `massup plan --format json`. */
  toJSON(): Record<string, unknown>
  /** The plan file, for `massup apply`. Throws if no plan is possible. */
  toJSONL(): string
  [Symbol.iterator](): Iterator<Step>
}

/** Checks bodies and files, and plans changes, with one set of options. A snapshot is read once. */
export class Linter {
  constructor(options?: Options)
  /** Checks a body: an object, JSON text or bytes. */
  lint(source: Source, options?: TextOptions): Report
  /** Checks a file as `massup lint FILE` does, with the nearest `massup.toml` and snapshot. */
  lintFile(path: string): Report
  /** Plans a change. Throws a `LintError` if it has errors. */
  plan(change: Source, options?: ChangeOptions): Plan
  /** Plans a change file. */
  planFile(path: string): Plan
}

/** Checks a body; see `Linter.lint`. For many, a `Linter` is faster. */
export function lint(source: Source, options?: Options & TextOptions): Report
/** Checks a file; see `Linter.lintFile`. */
export function lintFile(path: string, options?: Options): Report
/** Plans a change; see `Linter.plan`. */
export function plan(change: Source, options?: Options & ChangeOptions): Plan
/** Plans a change file; see `Linter.planFile`. */
export function planFile(path: string, options?: Options): Plan
/** Explains a rule by its code or name, or a code, message or whole answer of the server. */
export function explain(word: string): { text: string; data: Record<string, unknown> }
/** The version of the package. */
export const version: string
