#!/bin/sh
# The progress bar: on a terminal alone, after a second, and gone at the end.
. "$(dirname "$0")/lib.sh"
have_terminals || skip "no script(1) of util-linux to make a terminal"
pgm 4 4 255 >small.pgm
white() { head -c "$1" /dev/zero | LC_ALL=C tr '\0' '\377'; }
mkfifo slow.pgm

# on_terminal TERM ARGUMENTS
on_terminal() {
    last="$2 (TERM=$1)"
    TERM=$1 script -qec "'$IMGCONV' $2" /dev/null >"$out" 2>&1 </dev/null
    code=$?
    expect_code 0
}

# The same with an input that takes its time, however fast the machine: it stops half way for more than a second.
slowly() {
    { printf 'P5\n500 2000\n255\n'; white 500000; sleep 1.5; white 500000; } >slow.pgm &
    on_terminal "$1" "$2 -k mean slow.pgm out.pgm"
    wait
}
slowly xterm ''
expect_out '\[#.*%'
assert "the bar is taken away" sh -c "tail -c 4 '$out' | grep -q \"$(printf '\033')\[K\""
slowly dumb ''
expect_silent
slowly xterm --quiet
expect_silent
on_terminal xterm '-k mean small.pgm out.pgm'
expect_silent
finish
