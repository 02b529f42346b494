#!/bin/sh
# manpages.sh: the man pages are clean under mandoc, and there is one for the program, each command with a page, and kernel files.

set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for page in imgconv.1 imgconv-filter.1 imgconv-kernels.1 imgconv-bench.1 imgconv-kernel.5; do
    if [ ! -f "man/$page" ]; then
        echo "man/$page is missing"
        failed=1
    fi
done
if ! command -v mandoc >/dev/null 2>&1; then
    echo "skipped: mandoc is not installed; it reads man/"
    [ $failed -eq 0 ] && exit 77
    exit 1
fi
mandoc -T lint -W warning man/*.[135] || failed=1
exit $failed
