#!/bin/sh
# deps.sh: finds what is missing to build or to test, and installs it.
#
#     packaging/deps.sh build|check|bench|bench-cnn [--install]
#
# A part is there if a probe of it compiles and links: a header alone proves nothing (gcc without libc6-dev, a -dev package without
# its library). A program that the bench times is there if it runs. With --install the missing packages are fetched by the machine's
# package manager, and the probe is made again. Where that is impossible (no manager, no rights, DEPS=no) or did not help, the
# missing packages stand on one line, exit code 1. An option is fetched for the bench, and nothing fails without it.
#
# Honoured: CC, CXX, PKG_CONFIG, ISAL=0 (ISA-L is not wanted), DEPS=no (never call a package manager).

set -u
CC=${CC:-cc} CXX=${CXX:-c++} PKG_CONFIG=${PKG_CONFIG:-pkg-config}
export LC_ALL=C

# part      pkg-config  library  needed for; then the package's name for  apt-get dnf pacman apk brew  (- : comes with the system)
table='
libc        -           -        build  libc6-dev     glibc-devel          glibc          musl-dev           -
c++         -           -        check  g++           gcc-c++              gcc            g++                -
pkg-config  -           -        build  pkg-config    pkgconf-pkg-config   pkgconf        pkgconf            pkgconf
libpng      libpng      png      build  libpng-dev    libpng-devel         libpng         libpng-dev         libpng
libjpeg     libjpeg     jpeg     build  libjpeg-dev   libjpeg-turbo-devel  libjpeg-turbo  libjpeg-turbo-dev  jpeg-turbo
zlib        zlib        z        build  zlib1g-dev    zlib-devel           zlib           zlib-dev           zlib
check       check       check    check  check         check-devel          check          check-dev          check
cjson       libcjson    cjson    build  libcjson-dev  cjson-devel          cjson          cjson-dev          cjson
c++         -           -        bench  g++           gcc-c++              gcc            g++                -
libisal     libisal     isal     option libisal-dev   isa-l-devel          -              isa-l-dev          isa-l
opencv      opencv4     -        bench  libopencv-dev opencv-devel         opencv         opencv-dev         opencv
libvips     vips        vips     bench  libvips-dev   vips-devel           libvips        vips-dev           vips
vips        -           -        bench  libvips-tools vips-tools           libvips        vips-tools         vips
gm          -           -        bench  graphicsmagick GraphicsMagick      graphicsmagick graphicsmagick     graphicsmagick
netpbm      -           -        bench  netpbm        netpbm-progs         netpbm         netpbm             netpbm
cv2         -           -        bench  python3-opencv python3-opencv      python-opencv  py3-opencv         opencv
torch       -           -        bench-cnn python3-torch python3-torch     python-pytorch py3-pytorch        pytorch
openblas    -           -        bench-cnn libopenblas0  openblas          openblas       openblas           openblas
'
managers='apt-get dnf pacman apk brew'

# Field $2 of part $1.
field() {
    echo "$table" | awk -v part="$1" -v column="$2" '$1 == part { print $column; exit }'
}

# The parts to probe, in the table's order: later ones lean on earlier ones.
parts() {
    echo "$table" | awk -v goal="$goal" -v isal="${ISAL:-1}" '
        $4 == "option" && (goal != "bench" || isal == "0") { next }
        NF && ($4 == "build" || $4 == goal || $4 == "option") { print $1 }'
}

include_of() {
    case $1 in
    libpng) echo '#include <png.h>' ;;
    libjpeg) printf '#include <stdio.h>\n#include <jpeglib.h>\n' ;;
    zlib) echo '#include <zlib.h>' ;;
    check) echo '#include <check.h>' ;;
    cjson) echo '#include <cjson/cJSON.h>' ;;
    libvips) echo '#include <vips/vips.h>' ;;
    libisal) echo '#include <isa-l.h>' ;;
    *) printf '#include <stdio.h>\n#include <stdint.h>\n#include <math.h>\n#include <pthread.h>\n' ;;
    esac
}

# A statement that makes the linker look for the library.
call_of() {
    case $1 in
    libpng) echo 'sum += (double)png_access_version_number();' ;;
    libjpeg) echo '{ struct jpeg_error_mgr manager; jpeg_std_error(&manager); }' ;;
    zlib) echo 'sum += *zlibVersion();' ;;
    check) echo 'suite_create("probe");' ;;
    cjson) echo 'sum += *cJSON_Version();' ;;
    libvips) echo 'sum += vips_version(0);' ;;
    libisal) echo '{ struct isal_zstream stream; isal_deflate_init(&stream); }' ;;
    *) echo 'sum += sqrt(sum); puts("probe");' ;;
    esac
}

# Flags for the library parts "$@": pkg-config's, which the Makefile uses too; plain -l while pkg-config itself is missing.
flags_of() {
    names='' plain=''
    for part in "$@"; do
        names="$names $(field "$part" 2)" plain="$plain -l$(field "$part" 3)"
    done
    if $PKG_CONFIG --version >/dev/null 2>&1; then
        # shellcheck disable=SC2086 # a list of names
        $PKG_CONFIG --cflags --libs $names 2>/dev/null
    else
        echo "$plain"
    fi
}

# Does one C program that uses all the library parts "$@" (none: libc alone) compile and link?
probe_c() {
    flags=''
    if [ $# -gt 0 ]; then
        flags=$(flags_of "$@") || return 1
    fi
    {
        include_of libc
        for part in "$@"; do include_of "$part"; done
        echo 'int main(int argc, char **argv) { double sum = argc; (void)argv;'
        for part in libc "$@"; do call_of "$part"; done
        echo 'return sum < 0; }'
    } >"$folder/probe.c"
    # shellcheck disable=SC2086 # compiler and flags are lists of words
    $CC -o "$folder/probe" "$folder/probe.c" $flags -lm -pthread >/dev/null 2>&1
}

probe_cxx() {
    {
        printf '#include <cstdint>\n#include <string>\n'
        echo 'int main(int argc, char **) { return std::string("probe").size() < std::size_t(argc); }'
    } >"$folder/probe.cc"
    # shellcheck disable=SC2086
    $CXX -std=c++17 -o "$folder/probe" "$folder/probe.cc" >/dev/null 2>&1
}

probe_opencv() {
    {
        printf '#include <opencv2/imgcodecs.hpp>\n#include <opencv2/imgproc.hpp>\n'
        echo 'int main() { cv::Mat a = cv::imread("probe"), b; cv::blur(a, b, cv::Size(3, 3)); }'
    } >"$folder/probe.cc"
    # shellcheck disable=SC2046,SC2086
    $CXX -std=c++17 -o "$folder/probe" "$folder/probe.cc" $($PKG_CONFIG --cflags opencv4 2>/dev/null) \
        -lopencv_imgcodecs -lopencv_imgproc -lopencv_core >/dev/null 2>&1
}

probe_one() {
    case $1 in
    libc) probe_c ;;
    c++) probe_cxx ;;
    pkg-config) $PKG_CONFIG --version >/dev/null 2>&1 ;;
    opencv) probe_opencv ;;
    vips) vips --version >/dev/null 2>&1 ;;
    gm) gm version >/dev/null 2>&1 ;;
    netpbm) command -v pamedge >/dev/null 2>&1 ;;
    openblas) ldconfig -p 2>/dev/null | grep -q openblas ;; # the reference BLAS makes PyTorch three times as slow
    torch) PATH=/usr/bin:$PATH python3 -c 'import torch' >/dev/null 2>&1 ;;
    cv2) PATH=/usr/bin:$PATH python3 -c 'import cv2' >/dev/null 2>&1 ;; # the system's Python, not one beside it
    *) probe_c "$1" ;;
    esac
}

# The missing parts. One probe of all C libraries first, since mostly nothing is missing.
find_missing() {
    libraries='' others=''
    for part in $(parts); do
        case "$part $(field "$part" 3)" in
        'libc -' | 'pkg-config -') ;;
        *' -') others="$others $part" ;;
        *) libraries="$libraries $part" ;;
        esac
    done
    # shellcheck disable=SC2086
    if ! { probe_one pkg-config && probe_c $libraries; }; then
        others=$(parts)
    fi
    for part in $others; do
        probe_one "$part" || echo "$part"
    done
}

# Of the parts given, those that are no option.
needed() {
    for part in "$@"; do
        [ "$(field "$part" 4)" = option ] || echo "$part"
    done
}

# The packages of manager $1 for the parts that follow, each once.
packages_for() {
    column=5
    for name in $managers; do
        [ "$name" = "$1" ] && break
        column=$((column + 1))
    done
    shift
    for part in "$@"; do field "$part" $column; done | awk '$1 != "-" && !seen[$1]++'
}

# A word of CC that is no program at all is no matter of packages, except for the usual ones.
check_compiler() {
    word=${CC%% *}
    command -v "$word" >/dev/null 2>&1 && return
    case $word in
    cc | gcc) compiler=gcc ;;
    clang) compiler=clang ;;
    *)
        echo "deps: CC=$CC: no program of that name; name a C compiler that is there, such as CC=gcc" >&2
        exit 1
        ;;
    esac
}

find_manager() {
    for name in $managers; do
        command -v "$name" >/dev/null 2>&1 && echo "$name" && return
    done
}

command_of() {
    case $1 in
    apt-get) echo "apt-get install" ;;
    dnf) echo "dnf install" ;;
    pacman) echo "pacman -S" ;;
    apk) echo "apk add" ;;
    brew) echo "brew install" ;;
    esac
}

# The prefix that gives the right to install: nothing for root, "sudo -n" where it works. False where there is none.
find_rights() {
    if [ "$1" = brew ]; then
        [ "$(id -u)" -ne 0 ]
    elif [ "$(id -u)" -ne 0 ]; then
        sudo -n true >/dev/null 2>&1 && echo "sudo -n"
    fi
}

# install MANAGER RIGHTS PACKAGE...: refreshes the lists, then installs. Lists that cannot be refreshed may still do.
install_packages() {
    manager=$1 rights=$2
    shift 2
    # shellcheck disable=SC2086 # $rights is empty or two words
    case $manager in
    apt-get)
        run="$rights env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
        $run update
        $run install -y --no-install-recommends "$@"
        ;;
    dnf)
        $rights dnf -y makecache
        $rights dnf -y install "$@"
        ;;
    pacman)
        $rights pacman -Sy --noconfirm
        $rights pacman -S --needed --noconfirm "$@"
        ;;
    apk)
        $rights apk update
        $rights apk add "$@"
        ;;
    brew)
        brew update
        brew install "$@"
        ;;
    esac </dev/null
}

# The one line for a person, and the end.
give_up() {
    # shellcheck disable=SC2086 # lists of words, to be joined by single blanks
    set -- $compiler $missing
    line="deps: missing: $*"
    if [ -n "$manager" ]; then
        # shellcheck disable=SC2046,SC2086
        set -- $compiler $(packages_for "$manager" $missing)
        if [ "$manager" = brew ] || [ "$(id -u)" -eq 0 ]; then
            line="$line; to install: $(command_of "$manager") $*"
        else
            line="$line; to install: sudo $(command_of "$manager") $*"
        fi
    else
        line="$line; install them, with their headers, by this system's package manager"
    fi
    echo "$line" >&2
    exit 1
}

# Nothing more can be installed: well where only options are missing.
without() {
    # shellcheck disable=SC2086
    missing=$(needed $missing)
    [ -z "$compiler$missing" ] && exit 0
    give_up
}

goal=${1:-}
case "$goal ${2:-}" in
"build " | "check " | "bench " | "bench-cnn " | "build --install" | "check --install" | "bench --install" | \
    "bench-cnn --install") ;;
*)
    echo "usage: packaging/deps.sh build|check|bench|bench-cnn [--install]" >&2
    exit 2
    ;;
esac

manager=$(find_manager)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

compiler=
check_compiler
missing=$(find_missing)
[ -z "$compiler$missing" ] && exit 0

if [ "${2:-}" != --install ] || [ "${DEPS:-}" = no ] || [ -z "$manager" ]; then
    without
fi
rights=$(find_rights "$manager") || without

# shellcheck disable=SC2046,SC2086
set -- $compiler $(packages_for "$manager" $missing)
[ $# -gt 0 ] || without
echo "deps: installing with $manager: $*"
if ! install_packages "$manager" "$rights" "$@" >"$folder/log" 2>&1; then
    tail -n 20 "$folder/log" >&2
fi

compiler=
check_compiler
missing=$(find_missing)
without
