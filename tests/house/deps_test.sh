#!/bin/sh
# deps_test.sh: packaging/deps.sh finds what is missing by compiling and linking, installs it in the right way, and is never called
# by plain make. The package managers here are scripts that write down how they were called.

set -u
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS DEPS

# It runs `make check`, which must stop before any test. Should it not stop, this keeps the test from calling itself for ever.
if [ -n "${IMGCONV_DEPS_TEST:-}" ]; then
    echo "deps_test: make check ran although a part was missing"
    exit 1
fi
export IMGCONV_DEPS_TEST=1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
compiler=${CC:-cc}
calls=$folder/calls

fail() {
    echo "deps_test: $1"
    failed=1
}

# expect TEXT PATTERN WHAT
expect() {
    echo "$1" | grep -q -e "$2" || fail "$3: expected '$2' in '$1'"
}

mkdir "$folder/bin" "$folder/bad"
for name in dnf pacman apk brew sudo apt-get; do
    # sudo runs what it is given; apt-get's install mends the broken header where the test asks for it
    cat >"$folder/bin/$name" <<END
#!/bin/sh
echo "$name \$*" >>"$calls"
case "$name \$*" in
sudo*) while [ "\$1" = -n ]; do shift; done; exec "\$@" ;;
*install*) [ -e "$folder/mend" ] && rm -f "$folder/bad/"*.h ;;
esac
exit 0
END
    chmod +x "$folder/bin/$name"
done
export PATH="$folder/bin:$PATH"

# 1. Nothing missing: no word, no call.
said=$(packaging/deps.sh check --install 2>&1) || fail "a machine that runs these tests lacks something: $said"
[ -z "$said" ] || fail "it spoke although nothing is missing: $said"

# 2. A header that does not compile counts as missing, although the file is there. One line, exit code 1.
echo '#error broken' >"$folder/bad/png.h"
said=$(CC="$compiler -I$folder/bad" packaging/deps.sh build 2>&1)
[ $? -eq 1 ] || fail "a broken png.h: exit code is not 1"
expect "$said" 'missing: libpng;.*apt-get install libpng-dev$' "a broken png.h"
[ "$(echo "$said" | wc -l)" -eq 1 ] || fail "more than one line: $said"

# 3. A header without its library counts as missing: the linker is asked too.
cat >"$folder/cc" <<END
#!/bin/sh
for word; do [ "\$word" = -lz ] && exit 1; done
exec $compiler "\$@"
END
chmod +x "$folder/cc"
said=$(CC="$folder/cc" packaging/deps.sh build 2>&1)
expect "$said" 'zlib1g-dev' "zlib that does not link"

# 4. pkg-config is run, not looked for.
said=$(PKG_CONFIG=false packaging/deps.sh build 2>&1)
expect "$said" 'missing: pkg-config;' "pkg-config that fails"

rm "$folder/bad/png.h"

# 5. None of that called a package manager; nor does DEPS=no, nor plain make, nor make DEPS=no demo and check.
echo '#error broken' >"$folder/bad/jpeglib.h"
CC="$compiler -I$folder/bad" DEPS=no packaging/deps.sh build --install 2>/dev/null && fail "DEPS=no: exit code 0"
for goal in demo check; do
    said=$(make CC="$compiler -I$folder/bad" BUILD="$folder/build" DEPS=no $goal 2>&1) && fail "make DEPS=no $goal: exit code 0"
    expect "$said" 'missing: libjpeg' "make DEPS=no $goal"
done
make -n BUILD="$folder/build" >"$folder/plan" 2>&1
grep -q 'imgconv' "$folder/plan" || fail "make -n printed no plan"
grep -q 'deps\.sh' "$folder/plan" && fail "plain make calls deps.sh"
[ -e "$calls" ] && fail "a package manager was called: $(cat "$calls")"

# 7. An install refreshes the lists first, asks nothing, and is followed by a second probe.
touch "$folder/mend"
said=$(CC="$compiler -I$folder/bad" packaging/deps.sh build --install 2>&1) || fail "an install that mends: it failed: $said"
grep -v '^sudo' "$calls" >"$folder/managers"
expect "$(sed -n 1p "$folder/managers")" '^apt-get.* update$' "first call"
expect "$(sed -n 2p "$folder/managers")" '^apt-get.* install -y.* libjpeg-dev$' "second call"
[ "$(wc -l <"$folder/managers")" -eq 2 ] || fail "other managers were called: $(cat "$folder/managers")"
if [ "$(id -u)" -eq 0 ] && grep -q '^sudo' "$calls"; then
    fail "root called sudo"
fi

# 8. An install that does not help: one line, exit code 1.
rm "$folder/mend"
echo '#error broken' >"$folder/bad/zlib.h"
said=$(CC="$compiler -I$folder/bad" packaging/deps.sh build --install 2>&1) && fail "an install that does not help: exit code 0"
expect "$said" 'missing: .*zlib;.*zlib1g-dev' "an install that does not help"

# 9. A compiler that does not exist is named as such.
said=$(CC=no-such-compiler packaging/deps.sh build 2>&1) && fail "CC=no-such-compiler: exit code 0"
expect "$said" 'no-such-compiler' "CC=no-such-compiler"

exit $failed
