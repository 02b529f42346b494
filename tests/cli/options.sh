#!/bin/sh
# Every option is taken, in every place and spelling.
. "$(dirname "$0")/lib.sh"
pgm 6 5 1 20 3 40 5 >in.pgm
ppm 16 15 1 20 3 40 5 >in.ppm

# The options of `filter` with a value each; those that take none stand alone.
while read -r option value; do
    run -k gaussian in.ppm out.png "--$option" ${value:+"$value"}
    expect_code 0
    [ -z "$value" ] || { run -k gaussian "--$option=$value" in.ppm out.png; expect_code 0; }
done <<'LIST'
size 5
size 3,5
size 3x5
sigma 1.5
sigma 1.5,2
border zero
border constant=7.5
border replicate
border symmetric
border reflect101
border wrap
border WRAP
padding same
padding valid
padding full
padding 2
padding 1,2
padding 1,2,0,-1
stride 2
stride 1,2
dilation 2
dilation 1,2
mode auto
mode direct
mode separable
flip
normalize
channels auto
channels each
channels luma
channels r
channels g
channels b
gray
alpha auto
alpha weighted
alpha keep
alpha filter
alpha drop
linear
unit
mean 0.5
mean 0.4,0.5,0.6
std 0.2
std .2,.3,.4
bias 3
bias=-3
relu
scale 0.5
offset -5
map auto
map clip
map abs
map offset
map fit
range -10,300
format png
format jpeg
format jpg
depth 8
depth 16
quality 50
compression 0
background white
background black
background 0.5
background #a0B0c0
metadata keep
metadata none
threads 1
max-pixels 1M
max-memory 512M
explain
json
quiet
verbose
LIST

# Short forms, joined and apart; options before, between and behind operands; `--` ends them.
for line in '-k sobel in.pgm out.pgm' '-ksobel in.pgm out.pgm' 'in.pgm -k sobel out.pgm' 'in.pgm out.pgm -k sobel' \
    'filter -k sobel in.pgm out.pgm' 'filter in.pgm out.pgm --kernel=sobel' '-k sobel -- in.pgm out.pgm' \
    './in.pgm ./out.pgm -k sobel' '-b zero -k sobel -s 1,1 in.pgm -p same out.pgm' '-nk sobel in.pgm fresh.pgm'; do
    # shellcheck disable=SC2086 # the line is meant to be split
    run $line
    expect_code 0
done
cp in.pgm ./--in.pgm
run -k sobel -- --in.pgm --out.pgm
expect_code 0
assert "a name that looks like an option works behind --" test -s ./--out.pgm

# A value may begin with a minus sign.
ok -k identity --offset -5 in.pgm minus.pgm
ok -k identity --offset=-5 in.pgm minus2.pgm
expect_same_file minus.pgm minus2.pgm
expect_equal "$(samples minus.pgm 5)" "0 15 0 35 0"

# --size and --sigma belong to the kernel named last, or to the first where they come before it.
ok -k mean --size 3 in.pgm a.pgm
ok --size 3 -k mean in.pgm b.pgm
ok -k mean:size=3 in.pgm c.pgm
expect_same_file a.pgm c.pgm
expect_same_file b.pgm c.pgm
ok -k gaussian --sigma 2 -k mean --size 5 in.pgm a.pgm
ok -k gaussian:sigma=2 -k mean:size=5 in.pgm b.pgm
expect_same_file a.pgm b.pgm

# Pairs are rows,columns.
ok -k mean --size 1,3 -p valid in.pgm wide.pgm
assert "1,3 takes two columns away and no row" grep -q '^4 5' wide.pgm

# The last of several values holds.
ok -k identity -b wrap -b zero --scale 2 --scale 1 in.pgm last.pgm
expect_same_file last.pgm in.pgm
finish
