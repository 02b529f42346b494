#!/bin/sh
# The progress bar: on a terminal alone, after a second, and gone at the end.
. "$(dirname "$0")/lib.sh"
have_terminals || skip "no script(1) of util-linux to make a terminal"
pgm 4 4 255 >small.pgm
{ printf 'P5\n3000 3000\n255\n'; head -c 9000000 /dev/zero | LC_ALL=C tr '\0' '\377'; } >large.pgm
long="-k gaussian:size=41 --mode direct --threads 1 large.pgm out.pgm"

# on_terminal TERM ARGUMENTS
on_terminal() {
    last="$2 (TERM=$1)"
    TERM=$1 script -qec "'$IMGCONV' $2" /dev/null >"$out" 2>&1 </dev/null
    code=$?
    expect_code 0
}
on_terminal xterm "$long"
expect_out '\[#.*%'
assert "the bar is taken away" sh -c "tail -c 4 '$out' | grep -q \"$(printf '\033')\[K\""
on_terminal dumb "$long"
expect_silent
on_terminal xterm "--quiet $long"
expect_silent
on_terminal xterm '-k mean small.pgm out.pgm'
expect_silent
finish
