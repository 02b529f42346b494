/* replay_main.c: a fuzz target without a fuzzer. Linked with one of fuzz_*.c it replays the files and folders given as arguments,
 * such as a crash that a fuzzer found. */
#include "fuzz/replay.h"

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        int more = replay(argv[i]);
        if (more < 0)
            return 1;
        count += more;
    }
    printf("%d files replayed\n", count);
    return 0;
}
