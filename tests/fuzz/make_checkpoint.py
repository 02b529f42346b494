#!/usr/bin/env python3
"""Writes tests/fuzz/corpus/checkpoint/: runs of training between two batches, good and hostile, on the eight pictures of
fuzz_checkpoint.c. A reading of the format from outside: nothing but struct and json."""
import json
import os
import struct

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "checkpoint")
SHAPES = {"conv1.weight": [1, 1, 3, 3], "conv1.bias": [1], "dense1.weight": [2, 36], "dense1.bias": [2]}
LABELS = [0, 1] * 4


def fingerprint(labels, height, width):
    """FNV-1a over the labels and the pictures by words, from the size."""
    prime, mask, value = 0x100000001B3, 2**64 - 1, 0xCBF29CE484222325 ^ height << 32 ^ width
    pictures = bytes(i * 37 & 255 for i in range(len(labels) * height * width))
    for word in labels + [int.from_bytes(pictures[at:at + 8], "little") for at in range(0, len(pictures), 8)]:
        value = (value ^ word) * prime & mask
    return "%016x" % value


NOTES = {
    "format": "imgconv network 1", "arch": "conv1x3,relu,dense2", "input": "6x6x1", "classes": "0\n1",
    "preprocess": "sample / 255", "recipe": "fast", "path": "digits.safetensors", "seed": "5",
    "history": "0.003 0.75 0.5 0.78 0.5", "data": fingerprint(LABELS, 6, 6),
    "epochs": "3", "batch": "3", "rate": "0x1.89374bc6a7efap-9", "schedule": "2", "optimiser": "2", "momentum": "0x1.cccccccccccccp-1",
    "beta1": "0x1.ccccccccccccdp-1", "beta2": "0x1.ff7ced916872bp-1", "epsilon": "0x1p-23", "weight_decay": "0x1p-7",
    "label_smoothing": "0x0p+0", "validation": "0x1p-2", "patience": "0", "he": "0",
    "augment.shift": "0x0p+0", "augment.rotation": "0x0p+0", "augment.scale": "0x0p+0", "augment.shear": "0x0p+0",
    "augment.stroke": "0x0p+0", "augment.elastic": "0x0p+0",
    "epoch": "1", "next-batch": "1", "loss": "0x1.8p+0", "right": "2", "seen": "3", "best-loss": "0x1p-1", "best-epoch": "0",
    "steps": "3",
}


def write(name, changes=None, prefixes=("", "first.", "second."), shapes=None, value=0.25, cut=0):
    notes = {key: text for key, text in {**NOTES, **(changes or {})}.items() if text is not None}
    header, data = {"__metadata__": notes}, b""
    for prefix in prefixes:
        for tensor, shape in {**SHAPES, **(shapes or {})}.items():
            count = 1
            for size in shape:
                count *= size
            header[prefix + tensor] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + 4 * count]}
            data += struct.pack("<f", value) * count
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    whole = struct.pack("<Q", len(text)) + text + data
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(whole[:len(whole) - cut])


os.makedirs(FOLDER, exist_ok=True)
write("good-plain")
write("good-best", {"patience": "2"}, prefixes=("", "first.", "second.", "best."))
write("good-ended", {"epoch": "3", "next-batch": "0", "seen": "0", "right": "0", "loss": "0x0p+0"})
write("bad-best-missing", {"patience": "2"})
write("bad-cut", cut=5)
write("bad-shape", shapes={"conv1.weight": [1, 1, 9]})
write("bad-no-state", prefixes=("",))
write("bad-nan", value=float("nan"))
write("bad-arch-huge", {"arch": "conv64x3,relu,dense60000,relu,dense60000,dense2"})
write("bad-arch-other", {"arch": "conv1x3,relu,dense3"})
write("bad-arch-deep", {"arch": ",".join(["relu"] * 500)})
write("bad-path-other", {"path": "/etc/passwd"})
write("bad-data", {"data": "0"})
for key in ("arch", "path", "recipe", "seed", "epochs", "rate", "data", "steps", "next-batch", "format", "input"):
    write("bad-no-" + key, {key: None})
for key, text in {
    "epochs": "2000000000", "batch": "0", "batch-huge": "70000", "rate": "nan", "rate-infinite": "inf", "rate-words": "fast",
    "schedule": "9", "optimiser": "7", "epoch": "4", "next-batch": "100", "next-batch-negative": "-1", "right": "-3", "right-huge": "99",
    "seen": "1e3", "seed": "5 apples", "validation": "0x1p+0", "label_smoothing": "2", "steps": "x", "patience": "99999999999",
    "input": "6x6", "loss": "",
}.items():
    write("bad-value-" + key, {key.removesuffix("-huge").removesuffix("-infinite").removesuffix("-words").removesuffix("-negative"): text})
