#!/bin/sh
# floors.sh: the laws of the tree. A file includes its own folder, public headers, and floors below its own; each outside library is
# included by one file; file names are unique; no file grows past what a reader holds in the head, and no line past 132 columns.

set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

complain() {
    echo "$1"
    failed=1
}

floor_of() {
    case $1 in
    base) echo 0 ;;
    simd | kernel) echo 1 ;;
    conv | image) echo 2 ;;
    filter | data | report | compare) echo 3 ;;
    nn) echo 4 ;;
    cli) echo 5 ;;
    *) echo 99 ;; # a room that is not on the plan
    esac
}

for folder in src/*/; do
    folder=$(basename "$folder")
    [ "$(floor_of "$folder")" -lt 99 ] || complain "src/$folder: not on the plan of floors (src/README.md)"
done

for file in src/*/*.[ch]; do
    room=${file#src/} room=${room%%/*}
    # shellcheck disable=SC2013 # names of files of ours have no blanks
    for target in $(sed -n 's/^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"\([^"]*\)".*/\1/p' "$file"); do
        other=${target%%/*}
        if [ "$other" = "$target" ]; then
            complain "$file: \"$target\" is included without its folder"
        elif [ "$other" = "$room" ]; then
            [ -f "src/$target" ] || complain "$file: no such file: src/$target"
        elif [ "$room" = cli ]; then
            complain "$file: the command uses public headers alone, not \"$target\""
        elif [ "$(floor_of "$other")" -ge "$(floor_of "$room")" ]; then
            complain "$file: \"$target\" is not on a floor below $room"
        fi
    done
done

for file in include/imgconv/*.h; do
    if grep -q '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' "$file"; then
        complain "$file: public headers include each other as <imgconv/...>"
    fi
done

# Each outside library has one door.
for header in png.h jpeglib.h isa-l.h cjson/cJSON.h; do
    doors=$(grep -l "^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*<$header>" src/*/*.[ch])
    # shellcheck disable=SC2086
    set -- $doors
    [ $# -eq 1 ] || complain "$header: included by $# files, and should be by one: $*"
done

# setjmp stays behind those doors.
# shellcheck disable=SC2013
for file in $(grep -l '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*<setjmp.h>' src/*/*.[ch]); do
    case $file in
    src/image/*png*.[ch] | src/image/*jpeg*.[ch]) ;;
    *) complain "$file: setjmp is for the readers of PNG and JPEG alone" ;;
    esac
done

twins=$(find include src tests samples packaging -name '*.[ch]' -o -name '*.sh' | sed 's|.*/||' | sort | uniq -d)
[ -z "$twins" ] || complain "file names that stand twice in the tree: $(echo "$twins" | tr '\n' ' ')"

for file in src/*/*.[ch]; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || complain "$file: $lines lines; a file has at most 500"
done

# The corpus is what it must be to break a reader.
wide=$(find Makefile include src tests samples packaging kernels -type f \
    \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name '*.kern' -o -name Makefile \) |
    grep -v -e '^tests/fuzz/corpus/' |
    xargs awk 'length($0) > 132 { print FILENAME ":" FNR ": a line of " length($0) " columns; at most 132" }')
[ -z "$wide" ] || complain "$wide"

exit $failed
