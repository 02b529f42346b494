#!/bin/sh
# A locale that writes numbers with a comma changes nothing.
. "$(dirname "$0")/lib.sh"
locale=de_DE.UTF-8
if ! LC_ALL=$locale sh -c 'printf "%.1f\n" 0.5' 2>/dev/null | grep -q ,; then
    # Not installed: made for this test alone, where that is possible.
    mkdir ../seen/locales
    localedef -i de_DE -f UTF-8 ../seen/locales/$locale >/dev/null 2>&1
    LOCPATH=$(cd ../seen && pwd)/locales
    export LOCPATH
    [ "$(LC_ALL=$locale locale decimal_point 2>/dev/null)" = , ] || skip "no locale with a decimal comma"
fi
pgm 8 6 10 200 30 90 >in.pgm
for arguments in '-k gaussian:sigma=1.5 --scale 0.5 --offset -1.5 in.pgm' '-k 0.5,1.25,0.5 in.pgm' \
    '--explain --json -k log:sigma=1.4 in.pgm' '--explain -k gaussian:sigma=1.5 in.pgm'; do
    case $arguments in
    --explain*) set -- ;;
    *) set -- - ;;
    esac
    # shellcheck disable=SC2086
    { LC_ALL=C "$IMGCONV" --quiet $arguments "$@" >plain; LC_ALL=$locale LANG=$locale "$IMGCONV" --quiet $arguments "$@" >comma; }
    last=$arguments
    expect_same_file plain comma
    assert "something came out" test -s comma
done
LC_ALL=$locale "$IMGCONV" kernels --export comma.kern gaussian:sigma=0.8
LC_ALL=C "$IMGCONV" kernels --export plain.kern gaussian:sigma=0.8
expect_same_file comma.kern plain.kern
assert "taps have a point" grep -q '0\.' comma.kern
finish
