#!/bin/sh
# `compare`: tables, JSON, sheets and reports, and how it refuses. What the figures are: tests/compare/.
. "$(dirname "$0")/lib.sh"
ok compare -m model:digits
expect_out '^model:digits: 16 filters of 3x3; [0-9]* hand-made kernels of that size span 9 of 9 dimensions$'
expect_out '^chance: 10000 random filters score 0\.[0-9]* in the median, 95 % of them at most 0\.[0-9]*'
expect_equal "$(grep -c '^conv1\.[0-9]* ' "$out")" 16 "filters in the table"
expect_out 'of 16 filters score above the 95th percentile of random ones'
refute "there is no picture" grep -q 'edge F' "$out"
ok compare -m model:digits sample:gray
expect_equal "$(grep -c '^conv1\.[0-9]* ' "$out")" 32 "filters in both tables"
expect_out '^on sample:gray, '
ok compare -m model:digits --threads 1 --json sample:gray
cp "$out" one.json
assert "it is strict JSON" json one.json
ok compare -m model:digits --json sample:gray
expect_same_file one.json "$out"
IMGCONV_CPU=c "$IMGCONV" compare -m model:digits --json sample:gray >plain.json
expect_same_file one.json plain.json
ok compare -m model:digits --layer conv2 --random 200 --seed 3
expect_out 'on 16 channels'
ok compare --size 5 --with '1,0,-3' --random 100
expect_out '^hand-made kernels: '
expect_out '^1,0,-3 '
ok compare --json
assert "kernels among themselves are JSON" json "$out"
cp "$source_root/tests/fuzz/corpus/safetensors/good-resnet-f16.safetensors" resnet.safetensors
ok compare -m resnet.safetensors sample:photo --random 200
expect_out 'on 3 channels'
ok compare -m resnet.safetensors --random 200 --json -o sheet.png
assert "JSON beside the sheet" json "$out"
ok info sheet.png
expect_out 'RGB, 8 bits'
# A sheet without a picture names the matches too: two that differ in the match's name differ.
printf '1 2 3\n5 8 -4\n2 9 7\n' >nearest-of-all-a.kern
cp nearest-of-all-a.kern nearest-of-all-b.kern
for name in a b; do
    ok compare -m '1,2,3;5,8,-4;2,9,7' --with "nearest-of-all-$name.kern" --random 100 -o "named-$name.ppm"
done
refute "the sheet names the match" cmp -s named-a.ppm named-b.ppm

# Reports.
ok compare -m model:digits5 sample:gray --random 100 -o report.html
expect_silent
for word in '<!doctype html>' 'id="filter-15"' 'above chance' 'imgconv train --data mnist --recipe best' \
    'prefers-color-scheme: dark'; do
    assert "the report has $word" grep -qF "$word" report.html
done
refute "every tag was filled" grep -qF '{{' report.html
refute "nothing is loaded" grep -qE '(src|href)="?(https?:|//)' report.html
assert "a few megabytes at most" test "$(wc -c <report.html)" -lt 6000000
cp report.html before.html
ok compare -m model:digits5 sample:gray --random 100 -o report.html
expect_same_file before.html report.html
# Names stay text.
mkdir '<script>alert(1)<'
cp "$source_root/samples/digits5.safetensors" '<script>alert(1)</b&"x.safetensors'
"$IMGCONV" -k mean:size=20 -p valid -s 20 sample:photo '<b onload=x>&"'"'.png"
mv '<script>alert(1)</b&"x.safetensors' '<script>alert(1)<&".safetensors'
ok compare -m './<script>alert(1)<&".safetensors' '<b onload=x>&"'"'.png" --random 100 -o strange.html
assert "the model's name is text" grep -qF '<h1>./&lt;script&gt;alert(1)&lt;&amp;&quot;.safetensors</h1>' strange.html
assert "the picture's too" grep -qF '&lt;b onload=x&gt;&amp;&quot;&#39;.png' strange.html
expect_equal "$(grep -o '<script' strange.html | wc -l | tr -d ' ')" 1 "scripts"

# Test pictures: named, beside the model, or none.
mkdir data model
for class in 0 1 2 3 4 5 6 7 8 9; do
    mkdir -p "data/test/$class"
    pgm 28 28 0 40 255 "$class" >"data/test/$class/a.pgm"
done
ok compare -m model:digits5 --random 100 -o judged.html --data data
assert "there is a confusion matrix" grep -qF 'alt="confusion matrix' judged.html
assert "and the worst pictures" grep -qF 'alt="test picture ' judged.html
assert "without a picture there is no slider" test "$(grep -c 'class="slider"' judged.html)" -eq 0
cp "$source_root/samples/digits5.safetensors" model/
ok compare -m model/digits5.safetensors --random 100 -o alone.html
assert "it is said that there are none" grep -qF 'No confusion matrix' alone.html
for name in model/digits5.safetensors:conv1 'model:digits5:conv1[3]'; do
    ok compare -m "$name" --random 100 -o layer.html --data data
    assert "a layer's network is judged: $name" grep -qF 'alt="confusion matrix' layer.html
done
mv data model/mnist
ok compare -m model/digits5.safetensors:conv1 --random 100 -o beside.html
assert "those beside the model are found" grep -qF 'alt="confusion matrix' beside.html

usage "did you mean 'conv1.weight'" compare -m model:digits --layer conf1
usage "'model:digits' a model: give it with -m" compare model:digits
usage "'digits.safetensors' a model" compare digits.safetensors
usage 'one INPUT' compare a.png b.png
usage 'give that with -m' compare --layer conv1
usage '--size is for hand-made' compare -m model:digits --size 5
usage '--data is for the report' compare -m model:digits --data model
usage 'both want standard output' compare -m model:digits --json -o -
usage 'sobel' compare --with sobl
usage 'more than the 3 x 3' compare --with gaussian:size=5
usage 'cannot be applied to a picture' compare -m model:digits --layer conv2 sample:photo
usage 'no format has the suffix .doc: .* or .npy; or .html, a report$' compare -o report.doc
refute "there is no --format" grep -qF -e --format "$err"
usage 'from 100 to' compare --random 5
broken 'nothing.png' compare nothing.png
broken 'nowhere/report.html' compare -o nowhere/report.html
broken 'no nosuch.safetensors' compare -m model:nosuch
broken 'nodata' compare -m model:digits -o report.html --data nodata
finish
