#!/bin/sh
# Standard input and output: data on the one, words on the other.
. "$(dirname "$0")/lib.sh"
pgm 7 5 10 200 30 90 >in.pgm
ok -k sobel in.pgm want.pgm
"$IMGCONV" -k sobel - - <in.pgm >got.pgm 2>"$err"
verdict $? "- - runs"
expect_calm
expect_same_file want.pgm got.pgm
cat in.pgm | "$IMGCONV" --quiet -k sobel - - | cat >got.pgm
expect_same_file want.pgm got.pgm
"$IMGCONV" --quiet -k sobel - got.pgm <in.pgm
expect_same_file want.pgm got.pgm
"$IMGCONV" --quiet -k sobel in.pgm - >got.pgm
expect_same_file want.pgm got.pgm

# The format of `-` is the input's, or that of --format.
"$IMGCONV" -k identity --format png - - <in.pgm >got.png
expect_equal "$(head -c 4 got.png | od -An -tx1 | tr -d ' \n')" 89504e47
"$IMGCONV" -k identity - - <got.png >again.png
expect_equal "$(head -c 4 again.png | od -An -tx1 | tr -d ' \n')" 89504e47
"$IMGCONV" -k identity again.png again.pgm
expect_same_file again.pgm in.pgm
# So it is for a name without a suffix.
ok -k identity in.pgm plain
expect_same_file plain in.pgm

# Bad data from standard input is named so, and a failure after bytes went out still shows in the exit code.
printf 'P5\n7 5\n255\nabc' >short.pgm
"$IMGCONV" -k sobel - - <short.pgm >"$out" 2>"$err"
code=$?
expect_code 1
expect_one_line
"$IMGCONV" -k sobel - - <short.pgm 2>"$err" | cat >/dev/null
expect_one_line
"$IMGCONV" -k sobel - out.pgm </dev/null 2>"$err"
code=$?
expect_code 1
expect_one_line

# A reader that goes away is a failure of the write, not a death by signal. 4 MB do not fit any pipe.
{ printf 'P5\n2000 2000\n255\n'; head -c 4000000 /dev/zero; } >large.pgm
{ "$IMGCONV" -k identity large.pgm - 2>"$err"; echo $? >../seen/code; } | head -c 5 >/dev/null
code=$(cat ../seen/code)
expect_code 1
expect_one_line

# Text on a full device.
if [ -c /dev/full ]; then
    for command in kernels --version --help 'info in.pgm' 'kernels sobel' '-k sobel --explain in.pgm'; do
        last="$command >/dev/full"
        # shellcheck disable=SC2086
        "$IMGCONV" $command >/dev/full 2>"$err"
        code=$?
        expect_code 1
        expect_one_line
    done
fi

# Binary data never goes to a terminal.
if have_terminals; then
    script -qec "'$IMGCONV' -k sobel in.pgm -" /dev/null >"$out" 2>&1 </dev/null
    code=$?
    assert "a terminal is refused" test "$code" -ne 0
    expect_out 'imgconv: .*terminal'
    refute "no picture on the terminal" grep -q '^P5' "$out"
fi

# Too little memory: what is needed, why, and how much there is.
broken "this run takes [0-9.]* MiB of memory (border wrap .*; map fit .*), more than the limit of 100 KiB; raise --max-memory" \
    -k gaussian -b wrap --map fit --max-memory 100K sample:photo out.png
broken "reading it takes [0-9.]* KiB of memory, more than the limit of 1 KiB; raise --max-memory" \
    -k gaussian --max-memory 1K sample:photo out.png
finish
