#!/bin/sh
# Filters of model files: applied one by one and as a layer, dumped, drawn, told.
. "$(dirname "$0")/lib.sh"
corpus=$source_root/tests/fuzz/corpus/safetensors
cp "$corpus/good-mixed.safetensors" net.safetensors
cp "$corpus/good-resnet-f16.safetensors" resnet.safetensors
cp "$corpus/good-64-channels.safetensors" deep.safetensors
cp "$corpus/bad-gap" broken.safetensors
pgm 40 30 10 200 30 90 55 140 >in.pgm
ppm 40 30 10 200 30 90 55 140 >in.ppm

# One filter, by all its names.
ok -k net.safetensors:conv1:1 --map fit in.pgm one.png
for name in net.safetensors:1 'net.safetensors:conv1[1]' net.safetensors:conv1.weight:1; do
    ok -k "$name" --map fit in.pgm again.png
    expect_same_file one.png again.png
done
usage "did you mean 'conv1.weight'" -k net.safetensors:conf1:1 in.pgm out.png
usage "64 channels" -k deep.safetensors:layer in.pgm out.png
{
    printf '\102\0\0\0\0\0\0\0'
    printf '{"c.weight":{"dtype":"I8","shape":[1,1,1,1],"data_offsets":[0,1]}}x'
} >bytes.safetensors
broken "'c.weight' is of type I8; F64, F32" -k bytes.safetensors:0 in.pgm out.png
broken "leave a gap" -k broken.safetensors in.pgm out.png
broken "no nosuch.safetensors in" -k model:nosuch in.pgm out.png
broken "no nosuch.safetensors in" info model:nosuch
usage "has no bias of its own" -k sobel --bias in.pgm out.png
usage "has no bias of its own" -k resnet.safetensors:3 --bias in.pgm out.png

# The shipped ones, from any folder.
ok -k model:digits:3 --map fit in.pgm shipped.png
ok kernels model:digits5
expect_out '^model:digits5: 16 filters, 5x5, learned$'

# A bias, the model's and one's own.
ok -k net.safetensors:1 --unit --border zero --bias in.pgm biased.npy
ok -k net.safetensors:1 --unit --border zero --bias -0.203125 in.pgm given.npy
expect_same_file biased.npy given.npy
ok -k net.safetensors:1 --unit --border zero in.pgm plain.npy
refute "the bias is not added unasked" cmp biased.npy plain.npy

# A whole layer: a file each, a channel each, or a sheet.
ok -k net.safetensors:conv1 --map fit -o '{stem}-{kernel}.png' in.pgm
expect_equal "$(echo in-*.png)" "in-conv1.0.png in-conv1.1.png"
expect_same_file in-conv1.1.png one.png
usage "would both have this name" -k net.safetensors:conv1 -o '{stem}-{kernel}.png' in.pgm in.ppm
cp in.pgm other.pgm
ok -k gaussian -k net.safetensors:conv1 --map fit -o '{n}-{kernel}.png' in.pgm other.pgm
expect_equal "$(echo [12]-*.png)" "1-gaussian-conv1.0.png 1-gaussian-conv1.1.png 2-gaussian-conv1.0.png 2-gaussian-conv1.1.png"
ok -k net.safetensors:conv1 -o '{stem}-{kernel}.npy' in.pgm
ok info in-net.safetensors-conv1.npy
expect_out '40 wide, 30 high, 2 channels'
ok -k net.safetensors:conv1 in.pgm layer.npy
expect_same_file layer.npy in-net.safetensors-conv1.npy
ok -k net.safetensors:conv1 --map fit in.pgm sheet.png
ok info sheet.png
expect_out 'RGB, 8 bits'
ok -k resnet.safetensors --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 in.ppm sheet.jpg
ok -k net.safetensors --explain in.pgm sheet.png
expect_out '^contact sheet'
ok -k net.safetensors --explain --json in.pgm sheet.png
assert "a sheet is explained in strict JSON" json "$out"
ok -k net.safetensors --map fit -o sheets/ in.pgm in.ppm
"$IMGCONV" --quiet -k net.safetensors:conv1 --map fit in.pgm - --format png >streamed
expect_same_file sheet.png streamed
"$IMGCONV" --quiet -k net.safetensors:conv1 --map fit in.pgm - >streamed
ok info streamed
expect_out '^streamed: PNM, .*RGB'
usage "raw needs a float file" -k net.safetensors --map raw in.pgm no.png
broken "nothing.pgm" -k net.safetensors nothing.pgm no.png

# Dump: the same filters, bit for bit.
mkdir dump
ok kernels net.safetensors --export dump
expect_equal "$(ls dump | tr '\n' ' ')" "bank.npy conv1.0.kern conv1.1.kern "
for filter in 0 1; do
    ok -k "net.safetensors:$filter" --unit --bias in.ppm model.npy
    ok -k "dump/conv1.$filter.kern" --unit --bias in.ppm dumped.npy
    expect_same_file model.npy dumped.npy
    ok -k "net.safetensors:$filter" --unit in.ppm model.npy
    ok -k "dump/bank.npy:$filter" --unit in.ppm dumped.npy
    expect_same_file model.npy dumped.npy
done
mkdir colours
ok kernels resnet.safetensors --export colours/
expect_equal "$(ls colours | wc -l | tr -d ' ')" 65
ok -k resnet.safetensors:63 in.ppm model.npy
ok -k colours/conv1.63.kern in.ppm dumped.npy
expect_same_file model.npy dumped.npy
ok kernels net.safetensors:1 --export one.kern
ok kernels net.safetensors:conv1 --export two.npy
expect_same_file two.npy dump/bank.npy
usage "two kernels would have this name" kernels net.safetensors resnet.safetensors --export dump
usage "want a folder" kernels net.safetensors sobel --export one.kern

# Sheets of kernels, as text and JSON.
ok kernels net.safetensors --sheet kernels.png
ok kernels net.safetensors resnet.safetensors net.safetensors:conv2 sobel --sheet kernels.jpg --scale common
ok kernels --sheet all.png
usage "exclude each other" kernels sobel --sheet a.png --json
usage "no format has the suffix .xyz: .* or .npy$" kernels sobel --sheet a.xyz
refute "there is no --format" grep -qF -e --format "$err"
usage "or give --format$" -k sobel in.pgm a.xyz
usage "scale each: write own" kernels sobel --sheet a.png --scale each
usage "no kernel" kernels sobel nosuch --sheet a.png
broken "nowhere" kernels sobel --sheet nowhere/a.png
ok kernels net.safetensors
expect_out '^net.safetensors: 2 filters, 3x3, learned$'
expect_out 'conv1.1: .*bias -0.203125'
ok kernels --json net.safetensors:1
assert "a learned kernel is strict JSON" json "$out"
expect_out '"bias": -0.203125'

# What a model file is.
ok info net.safetensors
expect_out '^net.safetensors: safetensors, 5 tensors, 132 numbers, 976 bytes$'
expect_out '^  conv1.weight  *F32  *\[2,1,3,3\]$'
expect_out '^  history  *\[1, 2, 3\]$'
sum=$(tail -c 976 net.safetensors | sha256sum 2>/dev/null | cut -d' ' -f1)
[ -z "$sum" ] || expect_out "^sha256 of the numbers $sum$"
ok info --json net.safetensors in.pgm
assert "a model is strict JSON" json "$out"
expect_out '"shape": \[2, 1, 3, 3\]'
mv resnet.safetensors unnamed
ok info unnamed
expect_out '2 tensors'
broken "broken.safetensors: tensor 'a': its data_offsets leave a gap" info broken.safetensors
finish
