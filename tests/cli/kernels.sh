#!/bin/sh
# `kernels`: the list, taps as text and JSON, export and reading back.
. "$(dirname "$0")/lib.sh"
pgm 9 8 10 200 30 90 55 140 >in.pgm

ok kernels
for name in mean gaussian sobel sobel-x sobel-y sobel-45 sobel-135 prewitt prewitt-x prewitt-y prewitt-45 prewitt-135 laplacian4 \
    laplacian8 log log-5 identity sharpen emboss scharr roberts; do
    expect_out "^  $name "
done
expect_out '^  sobel-x  *.*vertical'
expect_out '^smoothing$'
ok kernels --json
assert "the list is strict JSON" json "$out"
expect_out '"version": 1'
expect_out '"name": "sobel-x"'

# Taps.
ok kernels sobel-x
expect_out '^sobel-x: 3x3, derivative$'
expect_out '^ *-1 *0 *1$'
expect_out '^ *-2 *0 *2$'
expect_out 'sum 0, sum of absolute values 8, rank 1'
expect_out '^  gain 0 at frequency 0, at most 8 at 0.25 cycles per pixel across 0 degrees; of noise 3.464$'
expect_out '^  symmetry: left and right odd, up and down even, half turn odd; odd share 1$'
expect_out '^  nearest sobel-x 1.000, gaussian-dx:size=3 0.999, '
expect_out '^  Answers to vertical edges, blind to horizontal ones and to flat areas.$'
ok kernels gaussian:sigma=2
expect_out '^  gain 1 at frequency 0, nowhere more, half of it at 0.0937 cycles per pixel; of noise 0.1411$'
ok kernels --json sobel-y
expect_out '"direction": 90,'
expect_out '"sentences": \["Answers to horizontal edges, blind to vertical ones and to flat areas.", "Separable'
ok kernels --json mean:size=1x129
expect_out '"analysis": null'
ok kernels --text mean:size=1x129
refute "large kernels are not explained" grep -q gain "$out"
ok kernels sobel
expect_out '2 filters, 3x3, derivative, combined by magnitude'
ok kernels --text sobel
expect_out '2 filters'
ok kernels laplacian8
expect_out '^ *1 *-8 *1$'
ok kernels mean:size=3x5
expect_out '^mean.*3x5, tone'
ok kernels '1,2;3,4'
expect_out '^ *3 *4$'
ok kernels --json sobel-x
assert "a kernel is strict JSON" json "$out"
expect_out '"taps": \[\[\[-1, 0, 1\], \[-2, 0, 2\], \[-1, 0, 1\]\]\]'
ok kernels --json sobel 'gaussian:sigma=2' '0.1,0.2'
assert "several are too" json "$out"
expect_out '\[0.1, 0.2\]'
run kernels sobel nosuch prewitt
expect_code 2
expect_one_line
expect_out '^sobel:'
expect_out '^prewitt:'

# Export gives the same kernel back.
for kernel in sobel gaussian:sigma=1.3 log emboss '1,-2,3;4.5,5,6' 'mag(sobel-45,sobel-135)'; do
    ok kernels --export one.kern "$kernel"
    run -k "$kernel" in.pgm direct.npy
    expect_code 0
    run -k one.kern in.pgm exported.npy
    expect_code 0
    expect_same_file direct.npy exported.npy
done
mkdir kept
ok kernels --export kept sobel-x gaussian:sigma=2
expect_equal "$(ls -A kept | tr '\n' ' ')" "gaussian-sigma-2.kern sobel-x.kern "
mkdir all
ok kernels --export all/
assert "all are written" test "$(ls all | wc -l)" -ge 20
for file in all/*.kern; do
    ok kernels "$file"
done
ok kernels --export - sobel-x
expect_out '-1'
umask 022
ok kernels --export mode.kern sobel
expect_equal "$(ls -l mode.kern | cut -c1-10)" "-rw-r--r--"
ln -s mode.kern link.kern
ok kernels --export link.kern prewitt
assert "a link stays one" test -h link.kern
ln -s later.kern dangling.kern
ok kernels --export dangling.kern prewitt
assert "a link to nothing stays one" test -h dangling.kern
assert "and what it names is made" test -f later.kern
chmod 4755 mode.kern
ok kernels --export mode.kern sobel
expect_equal "$(ls -l mode.kern | cut -c1-10)" "-rwxr-xr-x" "the mode, without setuid"
echo 1 >readonly.kern
chmod a-w readonly.kern
[ -w readonly.kern ] || broken "readonly.kern: cannot replace" kernels --export readonly.kern sobel
broken "nowhere/x.kern" kernels --export nowhere/x.kern sobel
broken "nowhere/: no such folder; make it first: mkdir" kernels --export nowhere/ sobel
broken "nowhere/: no such folder" kernels --export nowhere/
mkdir locked
chmod a-w locked
[ -w locked ] || broken "locked: cannot write files there" kernels --export locked
broken "mode.kern/: cannot write files there" kernels --export mode.kern/
printf '\223NUMPY\001\000v\000%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 1, 1), }" >three.npy
head -c 12 /dev/zero >>three.npy
ok kernels --export three.kern three.npy
ok kernels three.kern
expect_out '1x1 on 3 channels, learned'
# Plots.
ok kernels sobel --plot sobel.svg
expect_silent
assert "a filter of a bank has its own plot" test "$(grep -c '>taps</text>' sobel.svg)" -eq 2
ok kernels --plot plot.png "$source_root/samples/digits.safetensors:conv1:3"
ok info plot.png
expect_out 'PNG, 1832 wide, 1236 high, RGB'
# Narrow cells have shorter numbers: all to one place, and then without the 0 before the point.
ok kernels --plot five.svg "$source_root/samples/digits5.safetensors:conv1:3"
assert "5x5 taps have numbers" grep -q '>-0\.434</text>' five.svg
assert "to one place" grep -q '>0\.001</text>' five.svg
ok kernels --plot seven.svg '0.4321,0,-0.0001,0,0,0,-0.2512'
assert "7 taps too" grep -q '>-\.25</text>' seven.svg
refute "0 has no sign" grep -q '>-0</text>' seven.svg
usage "kernels are drawn as FILE.svg or FILE.png" kernels --plot plot.gif sobel
usage "kernels are drawn as FILE.svg or FILE.png" kernels --plot plot sobel
usage "one KERNEL, and here are several" kernels --plot two.svg sobel-x sobel-y
usage "one KERNEL, and none is named" kernels --plot none.svg
usage "exclude each other" kernels --plot a.svg --json sobel
usage "sobel" kernels --plot none.svg sobl
broken "nowhere/plot.svg" kernels --plot nowhere/plot.svg sobel
broken "at most 128 a side" kernels --plot large.svg mean:size=129

[ -c /dev/full ] && broken "/dev/full" kernels --export /dev/full sobel
usage "sobel" kernels --export x.kern sobl
finish
