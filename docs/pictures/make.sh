#!/bin/sh
# make.sh PROGRAM: makes the pictures of README.md again, with the program itself.

set -eu
program=$1
out=$(dirname "$0")
filter() { "$program" --quiet --compression 9 "$@"; }

# A part of the photo: negative padding crops (top,bottom,left,right).
filter -k identity --padding=-112,-92,-252,-20 sample:photo "$out/photo.png"
filter -k identity --padding=-190,-162,-112,-376 sample:photo "$out/tile.png"

filter -k sobel "$out/photo.png" "$out/sobel.png"
filter -k sobel-x --map offset "$out/photo.png" "$out/sobel-x.png"
filter -k prewitt-45 "$out/photo.png" "$out/prewitt-45.png"
filter -k laplacian8 "$out/photo.png" "$out/laplacian8.png"
filter -k log:sigma=2 --map fit "$out/photo.png" "$out/log.png"
filter -k gaussian:sigma=3 "$out/photo.png" "$out/gaussian.png"
filter -k sharpen "$out/photo.png" "$out/sharpen.png"
filter -k emboss "$out/photo.png" "$out/emboss.png"

# A learned filter and Sobel: one bank of both, so one sheet.
folder=$(mktemp -d)
"$program" kernels model:digits:13 sobel-x --export "$folder"
cat "$folder/conv1.13.kern" "$folder/sobel-x.kern" >"$folder/both.kern"
cp "$out/photo.png" "$folder/"
(cd "$folder" && filter -k both.kern --map fit photo.png learned.png)
mv "$folder/learned.png" "$out/"
rm -r "$folder"

for border in zero replicate symmetric wrap; do
    filter -k identity -p 36 -b $border "$out/tile.png" "$out/border-$border.png"
done
rm "$out/tile.png"
