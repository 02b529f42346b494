#!/bin/sh
# symbols.sh: what the library shows to the linker starts with imc_, and what it asks for does not print or exit.

set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
failed=0

# Names that begin with __ or _ belong to the compiler, the linker and the sanitizers.
names() {
    nm "$@" | awk '{ print $NF }' | grep -v -e '^_' -e ':$' -e '^$'
}

for command in "-D --defined-only $build/libimgconv.so" "-g --defined-only $build/libimgconv.a"; do
    # shellcheck disable=SC2086
    all=$(names $command)
    if ! echo "$all" | grep -q '^imc_filter_file$'; then
        echo "nm $command: imc_filter_file is missing"
        failed=1
    fi
    if echo "$all" | grep -v '^imc_'; then
        echo "nm $command: the names above do not start with imc_"
        failed=1
    fi
done

# The library never prints, exits or aborts.
if names -u "$build/libimgconv.a" | sed 's/@.*//' |
    grep -x -e printf -e puts -e putchar -e vprintf -e perror -e exit -e abort -e stderr; then
    echo "libimgconv.a uses the functions above"
    failed=1
fi
exit $failed
