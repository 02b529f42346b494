#!/bin/sh
# `bench`: every place of the grid has a time for auto, each mode is timed where it can run, and the choice is named.
. "$(dirname "$0")/lib.sh"

ok bench --size 24,40
expect_out 'CPU level.*threads: 1, picture: 24x40'
expect_out '^kernel *type *size *direct *separable *fft *auto *picked$'
expect_equal "$(grep -c '^\(dense\|gaussian\|log\|mean\) ' "$out")" 104 "cells"
for type in u8 f32; do
    for size in 3 63; do
        expect_out "^dense *$type *$size "
        expect_out "^gaussian *$type *$size "
    done
done
assert "direct and auto are timed everywhere" \
    awk '/^(dense|gaussian|log|mean) / && !($4 > 0 && $7 > 0 && NF == 8) { exit 1 }' "$out"
assert "separable passes make a Gaussian" awk '/^gaussian / && $5 == "-" { exit 1 }' "$out"
assert "fft is timed everywhere" awk '/^dense / && !($6 > 0) { exit 1 }' "$out"

# The verdict on auto is the exit code; on a picture so small it may fall either way.
"$IMGCONV" bench --crossovers --size 20 >"$out" 2>"$err"
code=$?
expect_out '^the first mode is faster than the second from this size on:$'
expect_out '^  kernel *type *separable:direct *fft:direct *fft:separable$'
expect_equal "$(grep -c '^  \(dense\|gaussian\|log\|mean\) *\(u8\|f32\)\(  *\([0-9]*\|none\)\)\{3\}$' "$out")" 8 "crossovers"
expect_equal "$(grep -c '^  [a-z]* *[uf0-9]* *[0-9]* *[a-z]* *[0-9]*\.[0-9][0-9]\( !\)\{0,1\}$' "$out")" 104 "ratios"
expect_out '^worst: [a-z]* [uf0-9]* [0-9]*, [1-9][0-9]*\.[0-9][0-9]$'
beyond=$(grep -c ' !$' "$out")
if [ "$beyond" = 0 ]; then
    expect_code 0
    expect_out '^auto takes at most 1.2 times the best mode.s time in all 104 places$'
else
    expect_code 1
    expect_out "^auto takes more than 1.2 times the best mode.s time in $beyond of 104 places\$"
fi

ok bench --json --size 16 --threads 2
assert "it is strict JSON" json "$out"
expect_out '"version": 1'
expect_out '"threads": 2'
for key in separable_from fft_from fft_over_separable_from; do
    expect_equal "$(grep -c "\"$key\"" "$out")" 8 "crossovers $key"
done
expect_equal "$(grep -c '"picked"' "$out")" 105 "cells and the worst"

IMGCONV_CPU=c "$IMGCONV" bench --size 8 >"$out" 2>"$err"
expect_out 'CPU level c,'

usage 'no files' bench picture.png
usage 'size' bench --size 0
usage 'size' bench --size 1,2,3
usage 'threads' bench --threads many
usage "no option" bench --sizes 3
[ -c /dev/full ] && { "$IMGCONV" bench --size 8 >/dev/full 2>"$err"; code=$?; expect_code 1; expect_one_line; }
finish
