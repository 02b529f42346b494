#!/bin/sh
# Help and version: on standard output, exit 0, short, examples first, and the examples work.
. "$(dirname "$0")/lib.sh"

check_help() {
    ok "$@"
    assert "help has at most 62 lines" test "$(wc -l <"$out")" -le 62
    assert "no line is over 132 columns" test "$(awk '{ if (length > n) n = length } END { print n }' "$out")" -le 132
    expect_equal "$(grep -m1 -e '^Examples:' -e '^Usage' -e '^Options:' "$out")" "Examples:" "what comes first"
}
check_help --help
check_help -h
check_help help
check_help filter --help
check_help -k sobel --help
check_help filter -h
check_help help filter
check_help kernels --help
check_help help kernels
check_help info -h
check_help help info
check_help bench -h
check_help help bench
check_help train -h
check_help help train
check_help eval -h
check_help help eval
check_help predict -h
check_help help predict
check_help help help
ok help filter
cp "$out" ../seen/by_help
ok filter --help
expect_same_file ../seen/by_help "$out"

ok --version
expect_out '^imgconv [0-9]*\.[0-9]*\.[0-9]*$'
expect_out 'libpng .*[0-9]'
expect_out 'CPU level'
expect_out 'licence.*MIT'

"$IMGCONV" -k sobel --version | cmp -s - "$out"
verdict $? "--version may stand anywhere"
ok help
expect_out "begins with '-' or 'sample:', or contains '.' or '/'"

# Each example is a command line that runs. They are taken from the help as a user would paste them.
imgconv() { "$IMGCONV" "$@"; }
for picture in photo in a; do
    "$IMGCONV" -k identity sample:photo "$picture.png" 2>/dev/null
done
"$IMGCONV" -k identity sample:photo photo.jpg 2>/dev/null
cp photo.jpg b.jpg
pgm 9 9 1 2 3 >c.pgm
cp c.pgm in.pgm
"$IMGCONV" kernels --export my.kern sharpen
cp my.kern m.kern
mkdir DIR
for class in train/0 train/1 test/0 test/1; do # a small mnist of two classes
    mkdir -p mnist/$class
    for shade in 1 2 3 4 5; do
        pgm 28 28 $((200 * ${class#*/} + shade)) >mnist/$class/$shade.pgm
    done
done
printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 3), }" >bank.npy
head -c 36 /dev/zero >>bank.npy
for page in overview filter kernels info train eval predict bench help; do
    { [ $page = overview ] && "$IMGCONV" --help || "$IMGCONV" help $page; } |
        sed -n '/^Examples:/,/^\(Usage.*\|\)$/{s/^  //;/^imgconv\|^find/p;}' >../seen/examples
    assert "$page has examples" test -s ../seen/examples
    while IFS= read -r line; do
        last="(example) $line"
        line=$(printf '%s\n' "$line" | sed 's/   .*//') # the remark behind it
        eval "$line" >"$out" 2>"$err" </dev/null
        verdict $? "the example runs"
    done <../seen/examples
done
finish
