#!/bin/sh
# `train`: what it says, what it leaves behind, how it goes on after an interruption, and how it refuses.
. "$(dirname "$0")/lib.sh"

# Two classes of 8x8 pictures: bars across and bars down.
for part in train test; do
    mkdir -p data/$part/across data/$part/down
    for at in 1 2 3 4 5; do
        pgm 8 8 0 0 0 0 0 0 0 0 >rows
        { printf 'P5\n8 8\n255\n'; for y in 0 1 2 3 4 5 6 7; do
            [ $y -eq $at ] && bytes 255 250 255 250 255 250 255 250 || bytes 0 3 0 9 0 5 0 7; done; } >data/$part/across/$at.pgm
        { printf 'P5\n8 8\n255\n'; for y in 0 1 2 3 4 5 6 7; do
            for x in 0 1 2 3 4 5 6 7; do [ $x -eq $at ] && bytes 255 || bytes 4; done; done; } >data/$part/down/$at.pgm
    done
done
rm rows
quick='--data data --arch conv4x3,relu,pool2,dense2 --batch 2 --validation 0 --lr 0.01'

ok train $quick --epochs 8 -o model.safetensors --log run.csv
expect_equal "$(head -1 "$out" | grep -c 'data .*recipe fast .*network conv4x3.*parameters 170 .*seed 1$')" 1 "first lines"
expect_equal "$(grep -c '^epoch [1-8]/8  loss [0-9.]*  accuracy [0-9.]* %  [0-9.]* s  [0-9]* samples/s$' "$out")" 8 "epochs"
expect_out '^test  loss [0-9.]*  accuracy [0-9.]* %  ([0-9]* of 10)$'
expect_out '^saved model.safetensors  sha256 of the weights [0-9a-f]\{64\}$'
expect_equal "$(wc -l <run.csv)" 9 "lines of the log"
assert "no checkpoint is left" test ! -e model.checkpoint.safetensors
first=$(sed -n 's/^saved.*weights //p' "$out")

ok train $quick --epochs 8 -o again.safetensors --threads 1 --json
expect_equal "$(sed -n 's/.*"sha256": "\([0-9a-f]*\)".*/\1/p' "$out")" "$first" "hash with one thread"
expect_equal "$(grep -c '^{"event": "epoch", ' "$out")" 8 "JSON Lines"
while IFS= read -r line; do
    printf '%s\n' "$line" >line.json
    assert "each line is JSON" json line.json
done <"$out"
expect_same_file model.safetensors again.safetensors
IMGCONV_CPU=c "$IMGCONV" train $quick --epochs 8 -o plain.safetensors >"$out" 2>"$err"
expect_same_file model.safetensors plain.safetensors

# What made it stands in it, and nothing of the machine.
ok info model.safetensors
expect_out 'imgconv train --data data --recipe fast --arch conv4x3,relu,pool2,dense2 --epochs 8 --batch 2 --lr 0.01 --validation 0'
expect_out "$first"
expect_out 'data: [0-9]* of 10 right'
ok train --data "$PWD/data/" --arch conv4x3,dense2 --recipe best --epochs 1 --distort shift=1 --seed 7 -o told.safetensors
refute "no folder of this machine is told" grep -qaF "$PWD" told.safetensors
assert "what a recipe has not is told" grep -qa -e \
    '--data data --recipe best --arch conv4x3,dense2 --epochs 1 --distort shift=1,rotation=0,.*elastic=0 --seed 7' told.safetensors

# The filters of every epoch.
mkdir epochs
ok train $quick --epochs 3 -o kept.safetensors --keep-filters epochs
expect_equal "$(ls epochs | tr '\n' ' ')" "epoch-001.safetensors epoch-002.safetensors epoch-003.safetensors "
ok kernels --json kept.safetensors
grep -o '"taps.*' "$out" >last.taps
ok kernels --json epochs/epoch-003.safetensors
grep -o '"taps.*' "$out" >kept.taps
expect_same_file last.taps kept.taps
ok kernels epochs/*.safetensors --sheet strip.png
broken 'no such folder; make it first' train $quick -o x.safetensors --keep-filters nowhere
broken 'not a folder' train $quick -o x.safetensors --keep-filters run.csv

# Its filters are kernels.
ok -k model.safetensors:conv1:3 sample:gray learned.png
ok info model.safetensors
expect_out 'conv1'

# Trained on pictures as they were, it takes them so.
ok predict model.safetensors data/test/across/3.pgm
expect_out '^data/test/across/3.pgm	across	'
ok predict model.safetensors data/test/down/3.pgm --as-is
expect_out '	down	'

# Interrupted, it says how to go on, and ends in the same bytes.
"$IMGCONV" train $quick --epochs 90000 -o long.safetensors >"$out" 2>"$err" &
sleep 1
kill -TERM $! # a shell lets its background jobs ignore INT
wait $!
code=$?
last="train, interrupted"
expect_code 130
expect_one_line
expect_err "to go on: imgconv train --resume 'long.checkpoint.safetensors' --data 'data'"
assert "a checkpoint is there" test -s long.checkpoint.safetensors
usage 'options of its run' train --resume long.checkpoint.safetensors --epochs 4
cp run.csv kept.csv
usage "'foo'" train --data data --arch foo --log run.csv -o x.safetensors
expect_same_file run.csv kept.csv
broken 'nowhere: ' train $quick -o x.safetensors --plot nowhere/curves.svg
broken 'goes on from model.checkpoint.safetensors' train --resume model.safetensors --data data

# Killed, it leaves a checkpoint of its own in the place of an earlier run's. Waited for is the first, however slow the machine.
"$IMGCONV" train $quick --epochs 90000 --seed 9 -o long.safetensors >"$out" 2>"$err" &
running=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$IMGCONV" info long.checkpoint.safetensors | grep -q '^ *seed  *9$' && break
    sleep 0.5
done
kill -KILL $running
wait $running 2>/dev/null
ok info long.checkpoint.safetensors
expect_out '^ *seed  *9$'

# Refusals.
usage 'takes no files' train picture.png
usage "'relo'" train --data data --arch 'conv4x3,relo,dense2'
usage 'end it with dense2' train --data data --arch 'conv4x3,dense3'
usage 'unknown recipe' train --recipe bestest --data data
usage 'whole number' train --seed 1.5
usage 'write one-cycle' train --schedule onecycle
usage 'none of shift' train --distort bend=3 --data data
usage 'FILE.csv or FILE.jsonl' train --data data --log run.txt
usage 'standard output cannot be' train --data data -o -
broken 'nowhere' train --data nowhere
: >digits.safetensors
usage 'exists: name the model' train --data data
mkdir half
: >half/train-images-idx3-ubyte
run train --data half -o x.safetensors
assert "half a pair fails" test "$code" -ne 0
expect_one_line
finish
