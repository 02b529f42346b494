#!/bin/sh
# `info`: what a file is.
. "$(dirname "$0")/lib.sh"
pgm 7 5 1 2 3 >gray.pgm
ppm 4 3 1 2 3 >colour.ppm
ok info gray.pgm
expect_out '^gray.pgm: PNM, 7 wide, 5 high, gray, 8 bits$'
expect_out 'streams'
ok info colour.ppm
expect_out '4 wide, 3 high, RGB, 8 bits'
"$IMGCONV" --quiet -k identity gray.pgm - --format png >picture
ok info picture
expect_out '^picture: PNG, 7 wide, 5 high, gray, 8 bits$'
ok info sample:alpha
expect_out 'with alpha'
ok info sample:16bit
expect_out '16 bits'
ok info --json gray.pgm colour.ppm
assert "pictures are strict JSON" json "$out"
expect_out '"version": 1'
expect_out '"width": 7'
"$IMGCONV" info - <gray.pgm >"$out"
expect_out '7 wide'

# Kernel files, whatever their name.
ok kernels --export my.kern sobel
ok info my.kern
expect_out '2 filters, 3x3, derivative, combined by magnitude'
expect_out 'sum 0, sum of absolute values 8, rank 1'
refute "info shows no taps" grep -q '^ *-1 *0 *1$' "$out"
printf '1 2 1\n2 4 2\n1 2 1\n' >matrix
ok info matrix
expect_out '3x3, tone'
expect_out 'sum 16'
ok info --json my.kern matrix gray.pgm
assert "kernels are strict JSON" json "$out"
expect_out '"class": "tone"'
refute "without taps" grep -q taps "$out"

# An .npy file may be both.
ok -k laplacian4 gray.pgm picture.npy
ok info picture.npy
expect_out '^picture.npy: NPY, 7 wide, 5 high, gray, 32-bit floats$'
expect_out '5x7'

# What a bank of two filters wrote has two channels, none of them alpha.
printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1), }" >two.npy
head -c 8 /dev/zero >>two.npy
ok -k two.npy gray.pgm responses.npy
ok info responses.npy
expect_out '^responses.npy: NPY, 7 wide, 5 high, 2 channels, 32-bit floats$'
expect_out 'colour  *none: plain channels$'
ok info --json responses.npy
assert "a picture without colour is strict JSON" json "$out"
expect_out '"colour": null'
ok -k mean responses.npy smooth.npy
ok info smooth.npy
expect_out '2 channels'

# What is neither.
broken "nothing.png" info nothing.png
echo 'dear diary' >diary.txt
broken "diary.txt" info diary.txt
head -c 40 picture >cut.png
broken "cut.png" info cut.png
run info gray.pgm nothing.png colour.ppm
expect_code 1
expect_one_line
expect_out '^gray.pgm'
expect_out '^colour.ppm'
run info --json gray.pgm nothing.png
expect_code 1
assert "failures are strict JSON" json "$out"
expect_out '"error"'
finish
