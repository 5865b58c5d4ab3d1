#ifndef MASSUP_H
#define MASSUP_H

/* Generated from crates/capi/src/lib.rs by cbindgen; `cargo test -p massup-capi` rewrites it. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// How a call ended. The numbers are the exit codes of the command `massup`.
typedef enum MassupStatus {
  // Done; of a lint: no finding is an error.
  MASSUP_STATUS_OK = 0,
  // Findings that are errors.
  MASSUP_STATUS_FINDINGS = 1,
  // A pointer is null, a length is impossible, a text is not UTF-8, or an option is unknown or wrong.
  MASSUP_STATUS_USAGE = 2,
  // A file cannot be read, or massup has a bug.
  MASSUP_STATUS_FAILED = 3,
} MassupStatus;

// The options of a lint, with the snapshot that they name. Threads may share it.
typedef struct MassupLinter MassupLinter;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library, such as `0.1.0`. The string is static.
const char *massup_version(void);

// Makes a linter from options: a JSON object with any of the keys `module`, `api_version`, `snapshot` (the path of a
// directory), `allow`, `warn` and `deny` (lists of rules). No bytes mean no options.
//
// The linter is stored in `*linter` and must be freed by `massup_linter_free`. If there is none, `*linter` is null,
// and `*error`, unless `error` is null, says why; it must be freed by `massup_string_free`.
//
// # Safety
//
// `options` points to `length` bytes, or is null if `length` is 0. `linter` and `error` may be written to, or are
// null.
enum MassupStatus massup_linter_new(const uint8_t *options,
                                    size_t length,
                                    struct MassupLinter **linter,
                                    char **error);

// Frees a linter. Null is ignored.
//
// # Safety
//
// `linter` is from `massup_linter_new`, no call uses it any more, and it is freed once.
void massup_linter_free(struct MassupLinter *linter);

// Checks a text: a request body, a call file, a change file, a plan, or a list of these. The ending of `name` gives
// the format: `.json`, `.jsonl`, `.yaml`, `.toml`; null means JSON.
//
// The report is stored in `*report`, unless `report` is null, as the JSON document of `massup lint --format json`
// with a final NUL; it must be freed by `massup_string_free`. Any bytes have a report.
//
// # Safety
//
// `linter` is from `massup_linter_new`, or null. `name` is null or a string with a final NUL. `text` points to
// `length` bytes, or is null if `length` is 0. `report` may be written to, or is null.
enum MassupStatus massup_lint(const struct MassupLinter *linter,
                              const char *name,
                              const uint8_t *text,
                              size_t length,
                              char **report);

// Explains a rule by its code or name, or a code, message or whole answer of the server. The explanation is stored in
// `*explanation` as JSON, or, with `MASSUP_STATUS_USAGE`, why there is none; it must be freed by `massup_string_free`.
//
// # Safety
//
// `word` is null or a string with a final NUL. `explanation` may be written to, or is null.
enum MassupStatus massup_explain(const char *word,
                                 char **explanation);

// Frees a string that another function stored. Null is ignored.
//
// # Safety
//
// `text` is from a function of this library, other than `massup_version`, and is freed once.
void massup_string_free(char *text);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MASSUP_H */
