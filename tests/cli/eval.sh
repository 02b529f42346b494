#!/bin/sh
# `eval`: its figures, pictures, exit codes and refusals; `train --plot`; the layers that `info` tells.
. "$(dirname "$0")/lib.sh"

# Pictures of two classes, one gray each; in the test part one of five bears the wrong label.
for class in dark light; do
    mkdir -p data/train/$class data/test/$class
    for at in 1 2 3 4 5; do
        [ $class = dark ] && shade=$at || shade=$((240 + at))
        pgm 6 6 $shade >data/train/$class/$at.pgm
        pgm 6 6 $shade >data/test/$class/$at.pgm
    done
done
pgm 6 6 250 >data/test/dark/5.pgm
ok train --data data --arch conv4x3,relu,pool2,dense2 --batch 2 --validation 0 --epochs 30 --lr 0.02 -o model.safetensors \
    --plot curves.svg
grep -q '^<svg .*>$' curves.svg && grep -q '>training</text>' curves.svg && grep -q '>accuracy, %</text>' curves.svg
verdict $? "curves, a legend and titles"
refute "no curve where there is no validation" grep -q '>validation</text>' curves.svg
ok train --data data --arch conv4x3,dense2 --validation 40% --epochs 2 -o other.safetensors --plot curves.png
ok info curves.png
expect_out 'PNG, 1728 wide, 648 high, RGB, 8 bits'

ok eval model.safetensors --data data
expect_out '^data  .*model model.safetensors  network conv4x3,relu,pool2,dense2  parameters 114$'
expect_out '^test  loss [0-9.]*  accuracy 90.00 %  (9 of 10)$'
expect_out '^dark  *5  *4  *100.00 %  *80.00 %$'
expect_out '^light  *5  *5  *83.33 %  *100.00 %$'
expect_out '^dark  *4  *1$'
expect_out '^light  *\.  *5$'
cp "$out" ../seen/figures
ok eval -m model.safetensors --data data --threads 1
expect_same_file "$out" ../seen/figures
ok eval model.safetensors --data data --part train
expect_out '^training pictures  loss [0-9.]*  accuracy 100.00 %  (10 of 10)$'

ok eval model.safetensors --data data --json --confusion matrix.svg --worst worst.png
assert "strict JSON" json "$out"
expect_out '"accuracy": 0.9,'
expect_out '"precision": 1,'
grep -A1 '"index"' "$out" | sed -n 2p | grep -q '"dark"'
verdict $? "the worst picture comes first"
expect_equal "$(grep -c '"index"' "$out")" 10 "worst pictures"
grep -q '>9 of 10 right, 90.00 %</text>' matrix.svg
verdict $? "the title of the matrix"
ok info worst.png
expect_out '^worst.png: PNG'
ok eval model.safetensors --data data --confusion matrix.png
ok info matrix.png
expect_out '^matrix.png: PNG'

# What must be reached.
ok eval model.safetensors --data data --min-accuracy 90%
ok eval model.safetensors --data data --min-accuracy 0.9
run eval model.safetensors --data data --min-accuracy 90.1%
expect_code 3
expect_one_line
expect_err 'accuracy 90 % is below --min-accuracy, 90.1 %'
expect_out '9 of 10'

# Refusals.
usage 'no MODEL' eval
usage 'one MODEL' eval model.safetensors data
usage 'as 0.98 or 98%' eval model.safetensors --min-accuracy 98
usage 'write train' eval model.safetensors --part training
usage 'standard output has the figures' eval model.safetensors --data data --worst -
usage 'suffix' eval model.safetensors --data data --confusion matrix.txt
usage 'FILE.svg or FILE.png' train --data data -o x.safetensors --plot curves.txt
broken 'nowhere' eval model.safetensors --data nowhere
broken 'nothing.safetensors' eval nothing.safetensors --data data
mkdir named
cp -r data/test named/test
cp -r data/train named/train
mv named/test/light named/test/lamp
mv named/train/light named/train/lamp
broken "class 1 is 'lamp' in the data, but 'light' in the network" eval model.safetensors --data named
mkdir small
cp -r data/train/* small/
run eval model.safetensors --data small
assert "without a test part it fails" test "$code" -ne 0
expect_one_line

# The layers.
ok info model.safetensors
expect_out '^network on pictures of 6x6, 2 classes$'
expect_out '^  conv4x3  *conv1  *6x6x4  *40  *5,328  *1,296  *3x3$'
expect_out '^  pool2  *3x3x4  *4x4$'
expect_out '^  dense2  *dense1  *1x1x2  *74  *74  *72  *6x6$'
expect_out '^  total  *114  *5,402  *1,368$'
ok info --json model.safetensors
assert "layers are strict JSON" json "$out"
expect_out '"multiply_adds": 1368'
finish
