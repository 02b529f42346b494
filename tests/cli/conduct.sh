#!/bin/sh
# No harm to files: a result takes its name only when whole; whatever fails leaves the old file and nothing new.
. "$(dirname "$0")/lib.sh"
pgm 40 30 10 200 30 90 55 >in.pgm
ok -k sobel in.pgm want.pgm

# Inputs that are missing, empty, damaged, cut short, or no pictures. The old output stays as it was.
echo old >out.pgm
head -c 600 in.pgm >cut.pgm
ok -k identity in.pgm whole.png
head -c $(($(wc -c <whole.png) / 2)) whole.png >half.png
run -k identity sample:photo whole.jpg
expect_code 0
head -c 300 whole.jpg >cut.jpg
head -c $(($(wc -c <whole.jpg) / 2)) whole.jpg >half.jpg
: >empty.png
echo 'dear diary' >text.png
printf 'II*\0\010\0\0\0\0\0\0\0\0\0\0\0' >picture.tif
for bad in missing.pgm cut.pgm half.png cut.jpg half.jpg empty.png text.png picture.tif /; do
    broken "$bad" -k sobel "$bad" out.pgm
    broken "$bad" -k gaussian:sigma=3 --map fit "$bad" new.pgm
done
expect_equal "$(cat out.pgm)" old
broken missing.kern -k ./missing.kern in.pgm out.pgm

# Huge claims in a tiny file cost nothing.
printf 'P5\n2000000000 2000000000\n255\nabc' >huge.pgm
room=unlimited # where the limit is unknown, and for sanitizers, which need more
sh -c 'ulimit -v 2000000 && "$IMGCONV" --version' >/dev/null 2>&1 && room=2000000
last='-k sobel huge.pgm out.pgm'
(ulimit -v $room; "$IMGCONV" -k sobel huge.pgm out.pgm >"$out" 2>"$err")
code=$?
expect_code 1
expect_one_line
broken "in.pgm" -k sobel --max-pixels 1199 in.pgm out.pgm
ok -k sobel --max-pixels 1200 in.pgm fits.pgm

# Outputs that cannot be made.
broken "nowhere/out.pgm" -k sobel in.pgm nowhere/out.pgm
broken "in.pgm/out.pgm" -k sobel in.pgm in.pgm/out.pgm
mkdir taken.pgm
run -k sobel in.pgm taken.pgm
expect_code 0
assert "a folder as OUTPUT takes the result" test -s taken.pgm/in.pgm
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked
    chmod a-w locked
    broken "locked/out.pgm" -k sobel in.pgm locked/out.pgm
    chmod u+w locked
fi
[ -d /proc/self ] && broken "/proc/out.pgm" -k sobel in.pgm /proc/out.pgm
[ -c /dev/full ] && broken "/dev/full" -k sobel --format pgm in.pgm /dev/full

# A disk that fills up: writes beyond 4 KiB fail.
{ printf 'P5\n300 300\n255\n'; head -c 90000 "$IMGCONV"; } >noise.pgm
echo old >out.pgm
before=$(listing)
(trap '' XFSZ; ulimit -f 8; "$IMGCONV" -k identity noise.pgm out.pgm >"$out" 2>"$err")
code=$?
expect_code 1
expect_one_line
expect_equal "$(listing)" "$before" "files after a full disk"

# In place, over a longer file, with the mode kept.
cp in.pgm same.pgm
chmod 640 same.pgm
ok -k sobel same.pgm same.pgm
expect_same_file same.pgm want.pgm
expect_equal "$(ls -l same.pgm | cut -c1-10)" "-rw-r-----"
cp in.pgm same.pgm
ok -k sobel ./same.pgm "$PWD/same.pgm"
expect_same_file same.pgm want.pgm
head -c 100000 /dev/zero >long.pgm
ok -k sobel in.pgm long.pgm
expect_same_file long.pgm want.pgm
(umask 077 && "$IMGCONV" --quiet -k sobel in.pgm private.pgm)
expect_equal "$(ls -l private.pgm | cut -c1-10)" "-rw-------"

# The target of a symbolic link is replaced, the link stays. Links as inputs are followed.
mkdir elsewhere
echo old >elsewhere/target.pgm
ln -s elsewhere/target.pgm link.pgm
ok -k sobel in.pgm link.pgm
assert "the link is still a link" test -h link.pgm
expect_same_file elsewhere/target.pgm want.pgm
expect_equal "$(ls -A elsewhere)" "target.pgm"
ln -s in.pgm input-link.pgm
ok -k sobel input-link.pgm from-link.pgm
expect_same_file from-link.pgm want.pgm

# --no-clobber.
echo old >out.pgm
broken "out.pgm" -n -k sobel in.pgm out.pgm
expect_equal "$(cat out.pgm)" old
ok --no-clobber -k sobel in.pgm fresh.pgm
expect_same_file fresh.pgm want.pgm

# A FIFO is written directly.
mkfifo pipe.pgm
cat pipe.pgm >through.pgm &
ok -k sobel in.pgm pipe.pgm
wait
expect_same_file through.pgm want.pgm
assert "the FIFO is still one" test -p pipe.pgm

# Names that are awkward.
cp in.pgm ' a name;with $signs.pgm'
ok -k sobel ' a name;with $signs.pgm' 'out put.pgm'
expect_same_file 'out put.pgm' want.pgm
run -k sobel "$(printf 'no\033[31mred.pgm')" out.pgm
expect_code 1
refute "control characters do not reach the terminal" grep -q "$(printf '\033')" "$err"
refute "nothing was left behind" sh -c 'ls -A | grep -e tmp -e "^\."'
finish
