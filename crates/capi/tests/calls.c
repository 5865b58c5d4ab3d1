/* calls N: what the header promises, then N calls on any bytes, with memory that stays flat. calls N SECONDS makes calls
   for so long, and N more, from a seed that each run has for itself. */

#include <massup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHECK(that)                                                                                                    \
    do {                                                                                                               \
        if (!(that)) {                                                                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #that);                                                 \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static const char GOOD[] = "{\"data\": [{\"City\": \"Chennai\"}], \"ids\": [\"554023000000497007\"]}";
static const char *const NAMES[] = {NULL,   "a.json", "a.jsonl", "a.massup.yaml", "a.massup.toml", "a.plan.jsonl",
                                    "a.sh", "a.har",  "a.md",    "a.py",          "",              "\xff"};

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t any(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static MassupLinter *linter_of(const char *options) {
    MassupLinter *linter = NULL;
    char *error = NULL;
    CHECK(massup_linter_new((const uint8_t *)options, strlen(options), &linter, &error) == MASSUP_STATUS_OK);
    CHECK(linter != NULL && error == NULL);
    return linter;
}

static void promises(void) {
    CHECK(strcmp(massup_version(), VERSION) == 0);
    MassupLinter *linter = linter_of("{\"module\": \"Leads\"}");
    char *report = NULL;
    CHECK(massup_lint(linter, NULL, (const uint8_t *)GOOD, strlen(GOOD), &report) == MASSUP_STATUS_OK);
    CHECK(strstr(report, "\"errors\":0") != NULL);
    massup_string_free(report);
    CHECK(massup_lint(linter, "a.json", (const uint8_t *)"{", 1, &report) == MASSUP_STATUS_FINDINGS);
    CHECK(strstr(report, "malformed-json") != NULL);
    massup_string_free(report);
    CHECK(massup_lint(linter, NULL, NULL, 0, NULL) == MASSUP_STATUS_FINDINGS);
    CHECK(massup_lint(linter, NULL, NULL, 1, &report) == MASSUP_STATUS_USAGE && report == NULL);
    CHECK(massup_lint(linter, NULL, (const uint8_t *)GOOD, SIZE_MAX, &report) == MASSUP_STATUS_USAGE);
    CHECK(massup_lint(NULL, NULL, (const uint8_t *)GOOD, 1, &report) == MASSUP_STATUS_USAGE && report == NULL);
    massup_linter_free(linter);

    char *error = NULL;
    const char *wrong = "{\"snapshot\": \"/no/such/directory\"}";
    CHECK(massup_linter_new((const uint8_t *)wrong, strlen(wrong), &linter, &error) == MASSUP_STATUS_FAILED);
    CHECK(linter == NULL && strstr(error, "is not a snapshot directory") != NULL);
    massup_string_free(error);
    CHECK(massup_linter_new((const uint8_t *)wrong, strlen(wrong), NULL, NULL) == MASSUP_STATUS_USAGE);

    char *explanation = NULL;
    CHECK(massup_explain("MU104", &explanation) == MASSUP_STATUS_OK && strstr(explanation, "cvid-and-ids") != NULL);
    massup_string_free(explanation);
    CHECK(massup_explain("no such word", NULL) == MASSUP_STATUS_USAGE);
    massup_linter_free(NULL);
    massup_string_free(NULL);
}

/* A text in memory that ends where the text does: random bytes, or a good body with a few bytes changed. */
static uint8_t *text_of(size_t *length) {
    int near = any(2) == 0;
    *length = near ? strlen(GOOD) : any(600);
    uint8_t *text = malloc(*length ? *length : 1);
    CHECK(text != NULL);
    for (size_t at = 0; at < *length; at++) {
        text[at] = near ? (uint8_t)GOOD[at] : (uint8_t)any(256);
    }
    for (uint32_t edits = near ? any(4) : 0; edits > 0; edits--) {
        text[any((uint32_t)*length)] = (uint8_t)any(256);
    }
    if (near && any(3) == 0) {
        *length = any((uint32_t)*length);
    }
    return text;
}

static void one_call(const MassupLinter *linter) {
    size_t length;
    uint8_t *text = text_of(&length);
    const char *name = NAMES[any(sizeof NAMES / sizeof *NAMES)];
    char *report = NULL;
    MassupStatus status = massup_lint(linter, name, text, length, &report);
    int bad_name = name != NULL && name[0] == '\xff';
    CHECK(bad_name ? status == MASSUP_STATUS_USAGE : status == MASSUP_STATUS_OK || status == MASSUP_STATUS_FINDINGS);
    CHECK(bad_name ? report == NULL : report != NULL && report[0] == '{');
    massup_string_free(report);
    if (any(64) == 0) {
        MassupLinter *other = NULL;
        char *error = NULL;
        massup_linter_new(text, length, &other, &error);
        massup_linter_free(other);
        massup_string_free(error);
    }
    free(text);
}

/* The resident memory in bytes; 0 where it is not known. */
static long memory(void) {
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL || fscanf(statm, "%*d %ld", &pages) != 1) {
        pages = 0;
    }
    if (statm != NULL) {
        fclose(statm);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

int main(int count, char **words) {
    long calls = count > 1 ? atol(words[1]) : 1000;
    long seconds = count > 2 ? atol(words[2]) : 0;
    /* Tools that watch memory take some themselves. */
    int watched = count > 2;
    if (seconds > 0) {
        state ^= (uint64_t)time(NULL) << 20 | (uint64_t)getpid();
        printf("seed %llu\n", (unsigned long long)state);
        fflush(stdout);
    }
    promises();
    MassupLinter *linter = linter_of("{}");
    for (long call = 0; call < calls / 5; call++) {
        one_call(linter);
    }
    long before = memory(), made = 0;
    for (time_t end = time(NULL) + seconds; made < calls || time(NULL) < end; made++) {
        one_call(linter);
    }
    long more = memory() - before;
    massup_linter_free(linter);
    printf("%ld calls on any bytes; memory: %+ld bytes\n", made, more);
    CHECK(watched || more < 2000000);
    return 0;
}
