#!/bin/sh
# train_models.sh IMGCONV DATA: trains the models that are shipped, from MNIST in the folder DATA. The same program gives the same
# bytes on every machine; README.md tells the commands, what they reached and the hashes, and a test compares them with the files.

set -eu
[ $# -eq 2 ] || { echo "usage: train_models.sh IMGCONV DATA (MNIST's folder; make samples-models DATA=...)" >&2; exit 2; }
imgconv=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(cd "$2" && pwd)" "$work/mnist"
folder=$(cd "$(dirname "$0")" && pwd)
cd "$work"

# The lecture notes' network and run; and one with large filters, which many epochs on moved pictures make smooth.
"$imgconv" train --data mnist --recipe notes --seed 1 -o digits.safetensors
"$imgconv" train --data mnist --recipe best --epochs 10 --arch conv16x5,relu,pool2,conv32x3,relu,pool2,dense10 --seed 1 \
    -o digits5.safetensors
for model in digits digits5; do
    mv "$model.safetensors" "$folder/"
    "$imgconv" info "$folder/$model.safetensors" | grep -e '^ *command' -e '^ *test' -e '^ *sha256'
done
