/* cmd_version.c: `imgconv --version`: what to quote in a report, and the licences. */
#include "cli/commands.h"
#include "cli/message.h"
#include <imgconv/imgconv.h>

int print_version(void)
{
    struct imc_part part;
    printf("imgconv %s\n", imc_version());
    for (int i = 0; imc_version_part(i, &part); i++)
        printf("  %-16s %s (%s)\n", part.name, part.version, part.licence);
    printf("  %-16s %s\n", "CPU level", imc_cpu_level());
    puts("licence of imgconv: MIT");
    return finish_stdout(EXIT_DONE);
}
