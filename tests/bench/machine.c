/* machine.c: what the figures were measured on. PEERS comes from the Makefile, so that a program that times others need not
 * load them. */
#include "bench/report.h"

#include <string.h>
#include <unistd.h>

static void print_cpu(FILE *out)
{
    char line[256], model[256] = "unknown CPU\n";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':')) {
            snprintf(model, sizeof model, "%s", strchr(line, ':') + 2);
            break;
        }
    if (file)
        fclose(file);
    model[strcspn(model, "\n")] = 0;
    fprintf(out, "- %s, %ld cores\n", model, sysconf(_SC_NPROCESSORS_ONLN));
}

void report_machine(FILE *out)
{
    print_cpu(out);
    fprintf(out, "- imgconv %s (CPU level %s), compiler %s %s\n", imc_version(), imc_cpu_level(),
#ifdef __clang__
            "clang",
#else
            "gcc",
#endif
            __VERSION__);
    struct imc_part part;
    fputs("- with", out);
    for (int i = 0; imc_version_part(i, &part); i++)
        fprintf(out, "%s %s %s", i ? "," : "", part.name, part.version);
    fprintf(out, "\n- %s\n", PEERS);
}
