#!/bin/sh
# Several inputs: names of results, collisions, one bad file among good ones, lists of names.
. "$(dirname "$0")/lib.sh"
mkdir in in/deep
for name in a b c; do
    pgm 5 4 $((${#name} + 3)) 200 7 >in/$name.pgm
done
pgm 5 4 9 100 >in/deep/a.pgm
ok -k identity in/a.pgm in/d.PNG

# Folders: with a slash, existing, and made where missing.
ok -k sobel -o out/ in/a.pgm in/b.pgm in/d.PNG
expect_equal "$(ls -A out | tr '\n' ' ')" "a.pgm b.pgm d.PNG "
mkdir there
ok -k sobel -o there in/a.pgm
assert "an existing folder takes results" test -s there/a.pgm
ok -k sobel in/b.pgm there
assert "also as OUTPUT" test -s there/b.pgm
ok -k sobel -o 'x/y/z/{stem}.{ext}' in/a.pgm
assert "folders are made" test -s x/y/z/a.pgm
broken "no/dir/out.pgm" -k sobel in/a.pgm no/dir/out.pgm

# Words of a template.
ok -k gaussian:sigma=2 -o '{dir}/{stem}-{kernel}-{n}.{ext}' in/a.pgm in/b.pgm
assert "{dir} {stem} {kernel} {n} {ext}" test -s in/a-gaussian-sigma-2-1.pgm
assert "{n} counts" test -s in/b-gaussian-sigma-2-2.pgm
ok -k sobel-x -k '1,2,1' -o 'k/{kernel}.{ext}' in/a.pgm
assert "two kernels" test -s k/sobel-x-1-2-1.pgm
ok -k sobel --format png -o 'f/{stem}.{ext}' in/a.pgm in/d.PNG
expect_equal "$(ls -A f | tr '\n' ' ')" "a.png d.PNG "
ok -k sobel -o 's/{stem}.{ext}' sample:gray
assert "a sample has a name" test -s s/gray.png
cp in/d.PNG picture
cp in/d.PNG picture.dat
ok -k sobel -o 'p/{stem}.{ext}' picture
assert "{ext} of a name without one is seen from the content" test -s p/picture.png
ok -k sobel -o 'q/' picture.dat
assert "and where the suffix says nothing" test -s q/picture.png
run -k sobel -o 'n/{n}.pgm' in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm in/a.pgm
expect_equal "$(ls -A n | head -2 | tr '\n' ' ')" "01.pgm 02.pgm "
"$IMGCONV" -k sobel --quiet -o 'i/{stem}.pgm' - <in/a.pgm
assert "standard input has a stem" test -s i/stdin.pgm
usage "give --format" -k sobel -o i/ -

# Collisions are found before any work.
usage "out/a.pgm: the results of in/a.pgm and in/deep/a.pgm" -k sobel -o out/ in/a.pgm in/deep/a.pgm
usage "one.pgm" -k sobel -o one.pgm in/a.pgm in/b.pgm
usage "one.pgm" -k sobel -o './{dir}/.//../one.pgm' in/a.pgm in/b.pgm
usage "in/b.pgm: is an input" -k sobel -o '{dir}/b.pgm' in/a.pgm in/b.pgm
usage "in/a.pgm: is an input" -k sobel -o './in//a.pgm' in/deep/a.pgm in/a.pgm
ok -k identity -o '{dir}/{stem}.{ext}' in/a.pgm in/b.pgm

# One bad file does not stop the others.
echo broken >in/bad.pgm
rm -rf out
run --quiet -k sobel -o out/ in/a.pgm in/bad.pgm missing.pgm in/c.pgm
expect_code 1
expect_equal "$(ls -A out | tr '\n' ' ')" "a.pgm c.pgm "
expect_err '^imgconv: in/bad.pgm: '
expect_err '^imgconv: missing.pgm: '
expect_err '^imgconv: 2 done, 2 failed$'
expect_equal "$(wc -l <"$err" | tr -d ' ')" 3
run -k sobel -o 'fresh/{stem}/x.pgm' in/bad.pgm in/a.pgm
expect_equal "$(ls -A fresh)" "a" "folders made for nothing"
run --quiet -k sobel -o out/ in/a.pgm in/bad.pgm
expect_code 1
expect_err '1 done, 1 failed'
run -k sobel -o new/ in/bad.pgm other.dat
expect_code 1
expect_err '0 done, 2 failed'
refute "no folder for nothing" test -e new

# Lists of names.
printf 'in/a.pgm\n\nin/b.pgm' >list
rm -rf out
ok -k sobel -o out/ --files-from list
expect_equal "$(ls -A out | tr '\n' ' ')" "a.pgm b.pgm "
cp in/a.pgm 'in/new
line.pgm'
rm -rf out
find in -name '*line.pgm' -print0 | "$IMGCONV" -k sobel -o out/ --files-from - -0 2>"$err"
verdict $? "names that end with a zero byte"
expect_equal "$(ls -A out)" 'new
line.pgm'
ok -k sobel -o out/ --files-from list in/c.pgm
assert "operands and a list" test -s out/c.pgm
: >nothing
broken "nothing: no names" -k sobel -o out/ --files-from nothing
broken "nolist: cannot open" -k sobel -o out/ --files-from nolist

# A report of what was done.
run --json -k sobel -o out/ in/a.pgm in/bad.pgm
expect_code 1
assert "the report is strict JSON" json "$out"
expect_out '"version": 1'
expect_out '"error": "in/bad.pgm'
run --verbose -k sobel in/a.pgm v.pgm
expect_code 0
expect_err '^imgconv: v.pgm: .*values from .* clipped, .* s$'
finish
