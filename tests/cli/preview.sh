#!/bin/sh
# --preview: before and after as text, in the colours that the terminal has, and without a file where none is named.
. "$(dirname "$0")/lib.sh"
have_terminals || skip "no script(1) of util-linux to make a terminal"
{ printf 'P6\n2 2\n255\n'; bytes 255 0 0 0 255 0 0 0 255 255 255 255; } >four.ppm # red, green, blue, white
ppm 40 30 9 200 77 140 3 50 250 >large.ppm
unset LC_ALL LC_CTYPE NO_COLOR COLORTERM COLUMNS LINES
export LANG=C.UTF-8

# piped VARIABLES ARGUMENT...: into a pipe.
piped() {
    last=$*
    variables=$1
    shift
    # shellcheck disable=SC2086 # variables are words
    env $variables "$IMGCONV" "$@" 2>"$err" | cat >"$out"
    expect_calm
}
# expect_line NUMBER TEXT
expect_line() { expect_equal "$(sed -n "$1p" "$out")" "$2" "line $1"; }

# Two rows are a line; both pictures stand beside each other. Nothing is written.
before=$(listing)
caption='four.ppm: 2 wide, 2 high; identity: 2 wide, 2 high'
four='E[38;2;255;0;0mE[48;2;0;0;255mUE[38;2;0;255;0mE[48;2;255;255;255mUE[0m'
shown 'TERM=xterm COLORTERM=truecolor' '-k identity four.ppm --preview --quiet'
expect_line 1 "$caption"
expect_line 2 "$four  $four"
expect_equal "$(wc -l <"$out" | tr -d ' ')" 2 lines
shown 'TERM=xterm COLORTERM=24bit' '--preview -k identity four.ppm --quiet'
expect_line 2 "$four  $four"
few='E[38;5;196mE[48;5;21mUE[38;5;46mE[48;5;231mUE[0m'
shown 'TERM=xterm-256color' '-k identity four.ppm --preview --quiet'
expect_line 1 "$caption"
expect_line 2 "$few  $few"
expect_equal "$(listing)" "$before" "files before and after"

# The ramp of grays among 256 colours: 128 is 244 (8 + 10 * 12 = 128), 10 is 232 (8).
pgm 1 2 128 10 >grays.pgm
shown 'TERM=xterm' '-k identity grays.pgm --preview --quiet'
expect_line 2 'E[38;5;244mE[48;5;232mUE[0m  E[38;5;244mE[48;5;232mUE[0m'

# Characters, and no escape sequence, where colours are not wanted or not there: of luma 76 and
# 29 the mean is the third of ten, of 150 and 255 the eighth.
plain() {
    expect_line 1 "$caption"
    expect_line 2 ':#  :#'
    expect_equal "$(grep -c "E\[\|$escape" "$out")" 0 "escape sequences"
}
shown 'TERM=xterm COLORTERM=truecolor NO_COLOR=1' '-k identity four.ppm --preview --quiet'
plain
shown 'TERM=dumb COLORTERM=truecolor' '-k identity four.ppm --preview --quiet'
plain
shown 'TERM=xterm COLORTERM=truecolor LANG=C' '-k identity four.ppm --preview --quiet'
plain
shown 'TERM=xterm COLORTERM=truecolor LC_ALL=POSIX' '-k identity four.ppm --preview --quiet'
plain
piped 'TERM=xterm COLORTERM=truecolor' -k identity four.ppm --preview
plain
shown 'TERM=xterm COLORTERM=truecolor NO_COLOR=' '-k identity four.ppm --preview --quiet' # empty: as if it were not there
expect_line 2 "$four  $four"

# An odd last row has the terminal's ground below it; the other picture's blanks fill up.
pgm 1 1 0 >one.pgm
shown 'TERM=xterm COLORTERM=truecolor' '-k identity one.pgm --preview --quiet'
expect_line 2 'E[38;2;0;0;0mUE[0m  E[38;2;0;0;0mUE[0m'
pgm 1 3 255 >three.pgm
white='E[38;2;255;255;255mUE[0m'
shown 'TERM=xterm COLORTERM=truecolor' '-k {1} -p -1,0 three.pgm --preview --quiet'
expect_line 1 'three.pgm: 1 wide, 3 high; {1}: 1 wide, 1 high'
expect_line 2 "E[38;2;255;255;255mE[48;2;255;255;255mUE[0m  $white"
expect_line 3 "$white   "
pgm 1 9000 200 >tall.pgm
ok -k identity tall.pgm --preview
assert "a tall picture fits the screen" test "$(wc -l <"$out")" -le 40
pgm 9000 1 200 >wide.pgm
ok -k identity wide.pgm --preview
assert "a wide one too" test "$(awk '{ if (length > n) n = length } END { print n }' "$out")" -le 80

# Fitted to the columns: the terminal's, COLUMNS, 80. One above the other where there are few.
widest() { sed 's/E\[[0-9;]*m//g' "$out" | awk '{ if (length > n) n = length } END { print n }'; }
ppm 100 100 1 99 200 30 >big.ppm
columns=60
shown 'TERM=xterm COLORTERM=truecolor COLUMNS=30' '-k mean big.ppm --preview --quiet'
expect_equal "$(widest)" 60 "columns of the terminal"
piped COLUMNS=50 -k mean big.ppm --preview
expect_equal "$(tail -n +2 "$out" | awk '{ print length; exit }')" 50 "columns of COLUMNS"
piped COLUMNS=none -k mean big.ppm --preview
expect_equal "$(tail -n +2 "$out" | awk '{ print length; exit }')" 80 "columns in general"
piped COLUMNS=20 -k mean big.ppm --preview
expect_line 1 'big.ppm: 100 wide, 100 high'
expect_equal "$(sed -n 2p "$out" | awk '{ print length }')" 20 "columns of the first"
expect_line 12 'mean: 100 wide, 100 high'
expect_equal "$(wc -l <"$out" | tr -d ' ')" 22 "lines one above the other"

# With OUTPUT the picture is the one without --preview; of several each is drawn with its name, and kernels with theirs.
ok -k sobel large.ppm want.png
ok -k sobel large.ppm got.png --preview
expect_same_file want.png got.png
expect_out '^large.ppm: 40 wide, 30 high; sobel: 40 wide, 30 high$'
ok -k gaussian -k sobel -o out/ four.ppm large.ppm --preview
expect_out '^four.ppm: 2 wide, 2 high; gaussian, sobel: 2'
expect_out '^large.ppm: 40 wide'
assert "both were written" test -s out/four.ppm -a -s out/large.ppm
printf 'four.ppm\nlarge.ppm\n' >list
ok -k mean --files-from list --preview
expect_equal "$(grep -c ' wide, .* high; mean: ' "$out")" 2 "pictures of a list"
run -k mean --files-from list none.ppm --preview
expect_code 1
expect_out '^large.ppm: 40 wide'
expect_err '1 failed'

# Standard input is read once. The colours of a JPEG are shown although its luma alone is filtered, and the result stays the same.
"$IMGCONV" -k identity --preview - <four.ppm >"$out" 2>"$err"
expect_line 2 ':#  :#'
ok -k 'identity' --format jpeg sample:photo photo.jpg
ok -k sobel photo.jpg want.png
shown 'TERM=xterm COLORTERM=truecolor' '-k sobel photo.jpg got.png --preview --quiet'
expect_same_file want.png got.png
coloured() { tr m '\n' <"$out" | awk -F';' '/\[38;2/ && ($3 != $4 || $4 != $5) { n++ } END { print n + 0 }'; }
assert "the picture before is in colour" test "$(coloured)" -gt 100
cp photo.jpg same.jpg
shown 'TERM=xterm COLORTERM=truecolor' '-k sobel same.jpg same.jpg --preview --quiet'
assert "in place too" test "$(coloured)" -gt 100
"$IMGCONV" -k sobel --quiet - --preview <photo.jpg >"$out" 2>"$err"
expect_out '^-: 576 wide'

# Floats have no black and white of their own: the caption names them. A name drives no terminal.
ok -k sobel-x --map raw large.ppm raw.npy --preview
expect_out 'sobel-x: 40 wide, 30 high, black -[0-9.]*, white [0-9.]*$'
cp four.ppm "$(printf 'a\033b.ppm')"
ok -k identity "$(printf 'a\033b.ppm')" --preview
expect_out '^a?b.ppm: 2 wide'

# A filter of a layer is drawn, a whole layer is not; with {kernel} each is.
usage 'choose a filter' -k model:digits:conv1 large.ppm --preview
usage 'choose a filter' -k model:digits:conv1 large.ppm sheet.png --preview
ok -k model:digits:conv1:3 large.ppm --preview
expect_out '; conv1-3\|; model:digits:conv1:3'
ok --quiet -k model:digits:conv1 -o '{stem}-{kernel}.png' large.ppm --preview
expect_equal "$(grep -c '^large.ppm: ' "$out")" 16 "filters drawn"

# What cannot be joined.
usage "OUTPUT '-'" -k sobel four.ppm - --preview
usage "json and --preview" -k sobel four.ppm out.png --preview --json
usage "explain" -k sobel four.ppm --preview --explain
usage "without -o" -k sobel four.ppm large.ppm one.pgm --preview
usage "no INPUT" -k sobel --preview
broken 'none.ppm' -k sobel none.ppm --preview
printf 'P6\n2 2\n255\nabc' >short.ppm
broken 'short.ppm' -k sobel short.ppm --preview
if [ -c /dev/full ]; then
    "$IMGCONV" --quiet -k sobel four.ppm --preview >/dev/full 2>"$err"
    code=$?
    expect_code 1
    expect_one_line
fi
finish
