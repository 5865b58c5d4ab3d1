#include <massup.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    const char *options = "{\"module\": \"Leads\", \"api_version\": \"v8\"}";
    const char *body = "{\"data\": [{\"City\": \"Chennai\"}], \"ids\": []}";

    MassupLinter *linter;
    char *error;
    if (massup_linter_new((const uint8_t *)options, strlen(options), &linter, &error) != MASSUP_STATUS_OK) {
        fprintf(stderr, "%s\n", error ? error : "wrong arguments");
        massup_string_free(error);
        return 2;
    }

    char *report;
    MassupStatus status = massup_lint(linter, NULL, (const uint8_t *)body, strlen(body), &report);
    puts(report); /* {"format":1,"files":[{"path":"body.json","diagnostics":[{"code":"MU120", */
    massup_string_free(report);
    massup_linter_free(linter);
    return status;
}
