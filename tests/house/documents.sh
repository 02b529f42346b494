#!/bin/sh
# documents.sh: what the documents point at is there, and the kernels they name are the program's.

set -u
cd "$(dirname "$0")/../.." || exit 1
imgconv=${IMGCONV:-${BUILD:-build}/imgconv}
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

complain() {
    echo "$1"
    failed=1
}

for page in README.md CONTRIBUTING.md CHANGELOG.md src/README.md samples/README.md; do
    folder=$(dirname "$page")
    # shellcheck disable=SC2013 # links of ours have no blanks
    for link in $(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^https:'); do
        [ -e "$folder/$link" ] || complain "$page: no such file: $link"
    done
    # Paths in backquotes that begin with a folder of the tree; capitals stand for a name to be filled in, build/ is made later.
    # shellcheck disable=SC2013,SC2016
    for path in $(grep -o '`[a-z]*/[^` ]*`' "$page" | tr -d '`' | grep -v -e '[A-Z*{]' -e '^build/' -e '^edges/'); do
        [ -e "$path" ] || complain "$page: no such file: $path"
    done
done

# The kernel table of README.md and the list of the program: suffixes such as -45 belong to the name before them.
awk -F'|' '/^## Kernels/ { on = 1 } /^Taps are/ { on = 0 } on && /^\| `/ { print $2 }' README.md |
    awk '{
        gsub(/[`,]/, " ")
        base = ""
        for (i = 1; i <= NF; i++) {
            if ($i == "...") continue
            if (substr($i, 1, 1) == "-") { print base $i; continue }
            print $i
            base = $i
            sub(/-(x|n)$/, "", base)
        }
    }' | sort >"$work/readme"
"$imgconv" kernels | awk '/^  / { print $1 }' | grep -v '^kirsch-[nesw]*$' | sort >"$work/list"
grep -v '^kirsch-' "$work/readme" | diff - "$work/list" ||
    complain "the kernels of README.md (<) and of the program (>) differ"
exit $failed
