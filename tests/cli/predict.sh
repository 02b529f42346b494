#!/bin/sh
# `predict`: what it prints, draws and refuses, with a network that tells a bar from a square.
. "$(dirname "$0")/lib.sh"

# draw WHAT AT: a bar or a square, 28x28, light on dark.
draw() {
    printf 'P2\n28 28\n255\n'
    awk -v what="$1" -v at="$2" 'BEGIN { for (y = 0; y < 28; y++) for (x = 0; x < 28; x++) {
        bar = x >= at && x < at + 3 && y > 3 && y < 24
        edge = (x == 5 || x == 6 || x == 20 + at % 2 || y == 5 || y == 6 || y == 20 + at % 2) && x > 4 && x < 23 && y > 4 && y < 23
        print (what == "bar" ? bar : edge) ? 255 : 0 } }'
}
for part in train test; do
    mkdir -p data/$part/bar data/$part/square
    for at in 11 12 13 14; do
        draw bar $at >data/$part/bar/$at.pgm
        draw square $at >data/$part/square/$at.pgm
    done
done
ok train --data data --arch conv4x5s2,relu,dense2 --batch 2 --validation 0 --epochs 30 -o m.safetensors

# A large bar, dark on light, and a square as it is.
awk 'BEGIN { print "P2\n90 120\n255"; for (y = 0; y < 120; y++) for (x = 0; x < 90; x++)
    print (x > 40 && x < 50 && y > 15 && y < 100 ? 30 : 220 - int(x / 3)) }' >large.pgm
ok predict m.safetensors large.pgm
expect_one_line
expect_err 'note: large.pgm: prepared as MNIST.s digits are; this network was trained on pictures as they were'
expect_equal "$(cut -f 1,2 "$out")" "$(printf 'large.pgm\tbar')" "file and class"
expect_equal "$(grep -c "$(printf '\t[01]\\.[0-9]\\{4\\}$')" "$out")" 1 "confidence"
ok predict m.safetensors data/test/square/12.pgm
expect_quiet
ok predict -m m.safetensors --top 5 data/test/square/12.pgm --as-is
expect_equal "$(awk -F'\t' '{ print NF, $2, $4 }' "$out")" "5 square bar" "both classes, the likelier first"
ok predict large.pgm data/test/square/11.pgm -m m.safetensors --show-input seen.png --threads 1
expect_equal "$(cut -f 2 "$out" | tr '\n' ' ')" "bar square " "classes"
ok info seen.png
expect_out '^seen.png: PNG'
ok predict m.safetensors large.pgm --json --maps maps.png
assert "it is JSON" json "$out"
expect_out '"class": "bar"'
expect_out '"doubt": null'
ok info maps.png
expect_out '^maps.png: PNG'

# What does not look like one digit is told; a file that cannot be read does not keep the others from their answers.
pgm 40 40 200 >blank.pgm
ok predict m.safetensors blank.pgm
expect_err 'note: blank.pgm: does not look like one digit: no ink found'
run predict m.safetensors nowhere.pgm data/test/bar/12.pgm
expect_code 1
expect_one_line
expect_err 'nowhere.pgm'
expect_out '^data/test/bar/12.pgm'

# Random test pictures.
ok predict m.safetensors --random 4 --data data --seed 3 --sheet four.png
expect_quiet
expect_equal "$(awk -F'\t' 'NF == 4 && $2 == $3 && $1 < 8' "$out" | wc -l | tr -d ' ')" 4 "lines of index, label, prediction"
expect_equal "$(cut -f 1 "$out" | sort -u | wc -l | tr -d ' ')" 4 "different samples"
assert "the sheet is there" test -s four.png
cp "$out" ../seen/three
ok predict m.safetensors --random 4 --data data --seed 3
expect_same_file ../seen/three "$out"
ok predict m.safetensors --random 4 --data data
expect_err 'note: .*--seed [0-9]* picks the same again'
cp "$out" ../seen/new
ok predict m.safetensors --random 4 --data data --seed "$(sed -n 's/.*--seed \([0-9]*\) .*/\1/p' "$err")"
expect_same_file ../seen/new "$out"
ok predict m.safetensors --random 2 --data data --seed 3 --json
assert "it is JSON" json "$out"
expect_out '"seed": 3'

# A network of another size reads its own pictures as they are.
mkdir -p small/a small/b
for shade in 1 2 3 4 5; do
    pgm 8 6 $shade >small/a/$shade.pgm
    pgm 8 6 $((200 + shade)) >small/b/$shade.pgm
done
ok train --data small --arch dense2 --validation 0 --epochs 2 --batch 2 -o small.safetensors
ok predict small.safetensors --as-is small/a/1.pgm
run predict small.safetensors large.pgm
expect_code 1
expect_one_line
expect_err 'large.pgm: is 90x120 pixels; as they are, the network reads pictures of 8x6'
run predict small.safetensors --as-is large.pgm
expect_code 1
expect_err 'large.pgm: is 90x120 pixels'
usage 'pictures of 28x28, but small.safetensors reads 8x6' predict small.safetensors --random 2 --data data

# Refusals.
usage 'no MODEL' predict
usage 'no INPUT' predict m.safetensors
usage 'not from files' predict m.safetensors --random 2 large.pgm
usage 'goes with --random' predict m.safetensors --sheet x.png large.pgm
usage 'goes with --random' predict m.safetensors --seed 4 large.pgm
usage '--random has --sheet' predict m.safetensors --random 2 --as-is
usage 'draws one picture, not 2' predict m.safetensors --maps x.png large.pgm blank.pgm
usage 'standard output' predict m.safetensors --maps - large.pgm
usage 'whole number' predict m.safetensors --random 2 --seed 1.5
usage '9 pictures of 8' predict m.safetensors --random 9 --data data
broken 'nowhere.safetensors' predict nowhere.safetensors large.pgm
broken 'large.pgm' predict large.pgm blank.pgm
broken 'nowhere' predict m.safetensors --random 2 --data nowhere
fails 2 'txt' predict m.safetensors data/test/bar/12.pgm --show-input seen.txt
finish
