#!/bin/sh
# headers.sh: each public header compiles alone, as C11 and as C++17, without a warning.

set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for header in include/imgconv/*.h; do
    # -x says the language; -include of the file itself would warn about a main file that is a header
    line="#include <imgconv/$(basename "$header")>"
    echo "$line" | ${CC:-cc} -x c -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only - || failed=1
    echo "$line" | ${CXX:-c++} -x c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only - || failed=1
done
exit $failed
