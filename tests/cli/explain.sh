#!/bin/sh
# --explain says what would be done and does nothing.
. "$(dirname "$0")/lib.sh"
ppm 39 28 10 200 30 90 55 140 >in.ppm
before=$(listing)
ok --explain -k sobel in.ppm out.png
expect_equal "$(listing)" "$before" "files before and after"
expect_out '^input  *in.ppm: PNM, 39 wide, 28 high, RGB, 8 bits$'
expect_out '^output  *out.png: PNG, 39 wide, 28 high, gray, 8 bits$'
expect_out '^channels  *luma$'
expect_out '^map  *clip$'
expect_out '^stage  *1 of 1: sobel$'
expect_out '^kernel  *2 of 3x3 combined by magnitude, .*derivative$'
expect_out '^border  *replicate, padding same: top 1, bottom 1, left 1, right 1$'
expect_out '^executor  *[a-z]'
expect_out '^threads  *[0-9]'
expect_out '^memory  *.*rows stream'
ok --explain -k sobel-x in.ppm
expect_out '^map  *abs$'
expect_out 'values from -1020 to 1020'
ok --explain -k gaussian:sigma=2 -k laplacian8 -s 2 -p valid -b constant=3.5 in.ppm
expect_out '^stage  *1 of 2: gaussian'
expect_out 'gain 1, rank 1, tone'
expect_out '^stage  *2 of 2: laplacian8'
expect_out '^border  *constant=3.5, padding valid: top 0'
ok --explain -k '.5,2,3;4,5,7;8,9,1' --mode direct in.ppm
expect_out '^executor  *direct$'
ok --explain -k '.5,2,3;4,5,7;8,9,1' in.ppm
expect_out 'not separable: .'
ok --explain -k gaussian -b wrap in.ppm
expect_out '^memory  *'
refute "wrap does not stream" grep -q "rows stream" "$out"
ok --explain -k gaussian -b wrap --map fit in.ppm
expect_out 'border wrap needs the far end of the picture; map fit needs every value'
ok -k identity in.ppm photo.jpg
ok --explain -k sobel photo.jpg
expect_out '^input  *photo.jpg: JPEG, 39 wide, 28 high, YCbCr, read as luma, 8 bits$'
ok --explain --json -k sobel photo.jpg
expect_out '"colour": "YCbCr"'
ok --explain -k gaussian photo.jpg
expect_out '^input  *photo.jpg: JPEG, 39 wide, 28 high, RGB, 8 bits$'
ok -k identity sample:gray gray.jpg
ok --explain -k sobel gray.jpg
expect_out '^input  *gray.jpg: JPEG, .*, gray, 8 bits$'
ok --explain -k gaussian sample:alpha
expect_out '^alpha  *weighted$'
ok --explain -k sharpen sample:alpha
expect_out '^alpha  *keep$'

# As JSON, and of several inputs.
ok --explain --json -k gaussian -k log in.ppm out.png
assert "the explanation is strict JSON" json "$out"
expect_out '"version": 1'
expect_out '"executor": "'
expect_out '"refused": \['
ok --explain --json -k gaussian -o x/ in.ppm sample:gray
assert "of several inputs too" json "$out"
refute "no folder is made" test -e x
ok --explain -k gaussian -o x/ in.ppm sample:gray
expect_out '^output  *x/gray.png'
"$IMGCONV" --explain -k sobel - <in.ppm >"$out" 2>"$err"
verdict $? "standard input can be explained"
expect_out '39 wide'

# What cannot be done is refused here too.
broken "missing.png" --explain -k sobel missing.png
run --explain -k '1,2,3;4,5,7;8,9,1' --mode separable in.ppm
expect_code 2
expect_one_line
expect_err separable

# Threads are not worth their start for a small picture, unless its filter takes long.
export IMGCONV_THREADS=2
ok --explain -k sobel sample:gray
expect_out '^threads  *1$'
ok --explain -k gaussian:size=33 --mode direct sample:gray
expect_out '^threads  *2$'
ok --explain -k sobel --threads 2 sample:gray
expect_out '^threads  *2$'
unset IMGCONV_THREADS
finish
