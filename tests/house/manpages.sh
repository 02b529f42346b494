#!/bin/sh
# manpages.sh: the man pages are clean under mandoc, and there is one for the program, each command with a page, and kernel files.

set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for page in imgconv.1 imgconv-filter.1 imgconv-kernels.1 imgconv-compare.1 imgconv-bench.1 imgconv-train.1 imgconv-eval.1 \
    imgconv-predict.1 imgconv-kernel.5; do
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
# Every finding counts, down to matters of style, but for pages that are not installed here: ours refer to each other.
if mandoc -T lint man/*.[135] | grep -v 'referenced manual not found'; then
    failed=1
fi

# Examples are shown as they are to be typed: mdoc takes some signs for its own.
for page in man/*.[135]; do
    mandoc -T ascii -O width=200 "$page" | sed 's/^ *//' >"$work/shown"
    sed -n 's/^\.Dl \(\$ .*\)/\1/p' "$page" | sed 's/\\&//g' >"$work/typed"
    while IFS= read -r line; do
        if ! grep -qxF -e "$line" "$work/shown"; then
            echo "$page: this example is not shown as it is to be typed: $line"
            failed=1
        fi
    done <"$work/typed"
done
exit $failed
