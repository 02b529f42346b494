#!/bin/sh
# install_test.sh: what `make install` lays down is complete, a program builds against it by pkg-config alone, and `make uninstall`
# takes everything away again. The example of the README is that program, and the README shows it as it is.

set -u
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0

fail() {
    echo "install_test: $1"
    failed=1
}

prefix=$folder/stage/opt/imgconv
make install DESTDIR="$folder/stage" PREFIX=/opt/imgconv >"$folder/log" 2>&1 || fail "make install: $(cat "$folder/log")"
for file in bin/imgconv lib/libimgconv.a lib/libimgconv.so lib/libimgconv.so.0 lib/pkgconfig/imgconv.pc include/imgconv/imgconv.h \
    share/imgconv/digits.safetensors share/imgconv/digits5.safetensors share/man/man1/imgconv.1 share/man/man5/imgconv-kernel.5; do
    [ -e "$prefix/$file" ] || fail "$file was not installed"
done
"$prefix/bin/imgconv" --version >/dev/null || fail "the installed program does not run"

(cd "$folder" && "$prefix/bin/imgconv" kernels model:digits5:3 >/dev/null) || fail "the installed program does not find its models"

export PKG_CONFIG_PATH="$prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
pc="${PKG_CONFIG:-pkg-config} --define-variable=prefix=$prefix"
sanitize=${SANITIZE:+-fsanitize=$SANITIZE}
# shellcheck disable=SC2046,SC2086 # lists of words
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/shared" samples/example_sobel.c \
    $($pc --cflags --libs imgconv) ||
    fail "the example does not build against the shared library"
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 $sanitize -o "$folder/static" samples/example_sobel.c $($pc --cflags imgconv) "$prefix/lib/libimgconv.a" \
    $($pc --libs --static imgconv | sed 's/-limgconv//') || fail "the example does not build against the archive"
LD_LIBRARY_PATH=$prefix/lib "$folder/shared" sample:photo "$folder/a.png" || fail "the example (shared) failed"
"$folder/static" sample:photo "$folder/b.png" || fail "the example (static) failed"
"$prefix/bin/imgconv" --kernel sobel sample:photo "$folder/c.png" || fail "the installed program failed"
cmp "$folder/a.png" "$folder/c.png" || fail "the example (shared) and the program differ"
cmp "$folder/b.png" "$folder/c.png" || fail "the example (static) and the program differ"

# The other example: a layer of a model file.
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/layer" samples/example_layer.c \
    $($pc --cflags --libs imgconv) || fail "example_layer.c does not build"
LD_LIBRARY_PATH=$prefix/lib "$folder/layer" tests/fuzz/corpus/safetensors/good-mixed.safetensors conv1 sample:photo \
    "$folder/filters.png" "$folder/responses.png" "$folder/layer.safetensors" >"$folder/log" || fail "example_layer.c failed"
"$prefix/bin/imgconv" info "$folder/filters.png" "$folder/responses.png" "$folder/layer.safetensors" >"$folder/info" ||
    fail "example_layer.c left something out"
grep -q "$(tail -n 1 "$folder/log")" "$folder/info" || fail "example_layer.c and info tell different hashes"

# And a network, on pictures of two classes.
for class in dark light; do
    mkdir -p "$folder/data/train/$class" "$folder/data/test"
    for shade in 1 2 3 4; do
        [ $class = dark ] && digit=$shade || digit=$((5 + shade))
        printf 'P2\n4 4\n10\n%s\n' "$(yes $digit | head -16)" >"$folder/data/train/$class/$shade.pgm"
    done
    cp -r "$folder/data/train/$class" "$folder/data/test/"
done
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/net" samples/example_net.c \
    $($pc --cflags --libs imgconv) || fail "example_net.c does not build"
LD_LIBRARY_PATH=$prefix/lib "$folder/net" "$folder/data" conv2x3,relu,dense2 "$folder/net.safetensors" "$folder/curves.svg" \
    >"$folder/log" || fail "example_net.c failed"
grep -q '^86 parameters, [0-9] of 8 right$' "$folder/log" || fail "example_net.c says $(tail -n 1 "$folder/log")"
[ -s "$folder/net.safetensors" ] && [ -s "$folder/curves.svg" ] || fail "example_net.c left something out"

# Filters beside hand-made kernels.
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/compare" samples/example_compare.c \
    $($pc --cflags --libs imgconv) || fail "example_compare.c does not build"
LD_LIBRARY_PATH=$prefix/lib "$folder/compare" samples/digits.safetensors:conv1 sample:gray "$folder/sheet.png" \
    "$folder/report.html" >"$folder/log" || fail "example_compare.c failed"
grep -q '^conv1\.15 ' "$folder/log" && [ -s "$folder/sheet.png" ] && [ -s "$folder/report.html" ] ||
    fail "example_compare.c left something out"

# What a kernel does.
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/analysis" samples/example_analysis.c \
    $($pc --cflags --libs imgconv) || fail "example_analysis.c does not build"
LD_LIBRARY_PATH=$prefix/lib "$folder/analysis" sobel-x "$folder/plot.svg" >"$folder/log" || fail "example_analysis.c failed"
grep -q '^Answers to vertical edges' "$folder/log" && grep -q '^step: 0 4 4 0$' "$folder/log" && [ -s "$folder/plot.svg" ] ||
    fail "example_analysis.c left something out"

# A filter out of a model.
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitize -o "$folder/dump" samples/example_dump.c \
    $($pc --cflags --libs imgconv) || fail "example_dump.c does not build"
LD_LIBRARY_PATH=$prefix/lib "$folder/dump" samples/digits.safetensors:conv1 "$folder/filter.kern" >"$folder/log" ||
    fail "example_dump.c failed"
sed '$d' "$folder/log" | cmp - "$folder/filter.kern" || fail "example_dump.c prints another text than it saves"
tail -n 1 "$folder/log" | grep -q '^nearest: [a-z].*, score 0\.[0-9]*$' || fail "example_dump.c finds no nearest kernel"
"$prefix/bin/imgconv" kernels samples/digits.safetensors:conv1:0 --export "$folder/first.kern"
for file in filter first; do # the first line names what was read
    sed 1d "$folder/$file.kern" >"$folder/$file.taps"
done
cmp "$folder/filter.taps" "$folder/first.taps" ||
    fail "example_dump.c saves another filter than the first"

# The README's program is the file, without the comment at its top.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$folder/readme.c"
sed 1d samples/example_sobel.c | diff "$folder/readme.c" - || fail "README.md and samples/example_sobel.c differ"

make uninstall DESTDIR="$folder/stage" PREFIX=/opt/imgconv >"$folder/log" 2>&1 || fail "make uninstall: $(cat "$folder/log")"
left=$(find "$folder/stage" ! -type d)
[ -z "$left" ] || fail "left behind: $left"
exit $failed
