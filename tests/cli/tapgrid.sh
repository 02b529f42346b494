#!/bin/sh
# `kernels KERNEL` on a terminal: taps as coloured cells, their numbers kept where there is room; elsewhere plain text.
. "$(dirname "$0")/lib.sh"
have_terminals || skip "no script(1) of util-linux to make a terminal"
# cells VARIABLES ARGUMENTS
cells() { shown "$1" "kernels $2"; }
last_line() { tail -n "$1" "$out" | head -n 1; }
numbers() { sed 's/E\[[0-9;]*m//g; s/ *$//' "$out" | tr -s ' '; }

# Zero is white, the largest tap full red or blue, half of it half way; black or white letters.
cells 'TERM=xterm COLORTERM=truecolor' sobel-x
white='E[48;2;255;255;255mE[38;2;0;0;0m  0 '
expect_equal "$(last_line 2)" \
    "    E[48;2;64;64;255mE[38;2;255;255;255m -2 ${white}E[48;2;255;64;64mE[38;2;255;255;255m  2 E[0m" "the row -2 0 2"
expect_equal "$(last_line 1)" \
    "    E[48;2;160;160;255mE[38;2;0;0;0m -1 ${white}E[48;2;255;160;160mE[38;2;0;0;0m  1 E[0m" "the row -1 0 1"
cells 'TERM=xterm-256color' sobel-x
expect_equal "$(last_line 2)" \
    '    E[48;5;63mE[38;5;231m -2 E[48;5;231mE[38;5;16m  0 E[48;5;203mE[38;5;231m  2 E[0m' "the row -2 0 2 of 256 colours"

# The same words and numbers as in a pipe; those of a filter on channels too.
for kernel in sobel emboss 'gaussian:size=5' 0 model:digits:2 '1e-30,-7;0.333333,4'; do
    cells 'TERM=xterm COLORTERM=24bit' "'$kernel'"
    numbers >../seen/numbers
    ok kernels "$kernel"
    tr -s ' ' <"$out" >../seen/plain
    expect_same_file ../seen/numbers ../seen/plain
done

# Plain text, byte for byte, where it is asked for and where there are no colours.
ok kernels sobel gaussian
cp "$out" ../seen/plain
for variables in NO_COLOR=1 TERM=dumb; do
    cells "TERM=xterm COLORTERM=truecolor $variables" 'sobel gaussian'
    expect_same_file ../seen/plain "$out"
done
cells 'TERM=xterm COLORTERM=truecolor' '--text sobel gaussian'
expect_same_file ../seen/plain "$out"
cells 'TERM=xterm' '--json sobel'
expect_equal "$(grep -c E "$out")" 0 "escapes in JSON"

# Where the terminal is narrow: fewer digits, cells without numbers, half blocks, plain text.
columns=28
cells 'TERM=xterm' model:digits:2
expect_equal "$(last_line 1 | sed 's/E\[[0-9;]*m//g' | awk '{ print (length <= 28), NF }')" "1 3" "three short numbers fit"
columns=10
cells 'TERM=xterm' model:digits:2
expect_equal "$(last_line 2 | sed 's/E\[[0-9;]*m//g')" '          ' "cells of two columns"
expect_out 'no room for the numbers: --text'
columns=8
cells 'TERM=xterm COLORTERM=truecolor' mean:size=3x4
expect_equal "$(last_line 2)" '    E[38;2;255;64;64mUUUUE[0m' "half blocks, the last row by itself"
expect_equal "$(last_line 3)" '    E[38;2;255;64;64mE[48;2;255;64;64mUUUUE[0m' "half blocks"
cells 'TERM=xterm COLORTERM=truecolor LANG=C' mean:size=3x4
expect_equal "$(grep -c E "$out")" 0 "escapes where there are no half blocks"
columns=7
ok kernels mean:size=3x4
cp "$out" ../seen/plain
cells 'TERM=xterm COLORTERM=truecolor' mean:size=3x4
expect_same_file ../seen/plain "$out"
finish
