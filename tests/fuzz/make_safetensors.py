#!/usr/bin/env python3
"""Writes tests/fuzz/corpus/safetensors/: model files, good and hostile, made with nothing but the struct module, so that they are
somebody else's reading of the format. Number i of a tensor is ((37 i) mod 101 - 50) / 64, which F16 and BF16 hold exactly."""
import json
import os
import struct

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "safetensors")
SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8}


def pack(dtype, value):
    if dtype == "BF16":
        return struct.pack("<f", value)[2:]
    if dtype == "I64":
        return struct.pack("<q", int(value * 64))
    return struct.pack({"F64": "<d", "F32": "<f", "F16": "<e"}[dtype], value)


def numbers(dtype, count):
    return b"".join(pack(dtype, ((37 * i) % 101 - 50) / 64) for i in range(count))


def product(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def write(name, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(struct.pack("<Q", len(text) if length is None else length) + text + data)


def model(name, tensors, notes=None, pad=True):
    header, data = {}, b""
    if notes:
        header["__metadata__"] = notes
    for key, dtype, shape in tensors:
        part = numbers(dtype, product(shape))
        header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    write(name, text + b" " * (-len(text) % 8 if pad else 0), data)


def one(**changes):
    tensor = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    tensor.update(changes)
    return {"a": {key: value for key, value in tensor.items() if value is not None}}


DATA = bytes(8)
os.makedirs(FOLDER, exist_ok=True)
model("good-resnet-f16.safetensors", [("conv1.weight", "F16", [64, 3, 7, 7]), ("bn1.weight", "F32", [64])])
model("good-bf16.safetensors", [("features.0.bias", "BF16", [4]), ("features.0.weight", "BF16", [4, 3, 3, 3])])
model("good-mixed.safetensors",
      [("conv1.weight", "F32", [2, 1, 3, 3]), ("conv1.bias", "F32", [2]), ("conv2.weight", "F64", [2, 2, 3, 3]),
       ("steps", "I64", []), ("deep.weight", "F64", [1, 3, 5, 5])], {"seed": "1", "history": "[1, 2,\n3]"})
model("good-unpadded.safetensors", [("x", "F64", [2, 2])], pad=False)
model("good-64-channels.safetensors", [("layer.weight", "F16", [1, 64, 1, 1])])
write("good-empty.safetensors", {})
write("good-zero-size.safetensors", {"a": {"dtype": "F32", "shape": [0, 3], "data_offsets": [0, 0]},
                                     "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, DATA)
write("good-unknown-type.safetensors", one(dtype="F2_X"), DATA)
write("good-nan.safetensors", {"c.weight": {"dtype": "F32", "shape": [1, 1, 1, 2], "data_offsets": [0, 8]}},
      struct.pack("<ff", 1, float("nan")))
write("good-infinite.safetensors", {"c.weight": {"dtype": "F64", "shape": [1, 1, 1, 2], "data_offsets": [0, 16]}},
      struct.pack("<dd", 1, 1e300))

for name, header in {
    "empty-text": b"", "no-brace": b"[]      ", "no-json": b'{"a":}', "trailing": b"{}  x", "two": b"{}{}", "cut": b'{"a":{"dtype":',
    "open-string": b'{"a', "not-utf8": b'{"\xff\xfe":1}', "overlong": b'{"\xc0\xaf":1}', "surrogate": b'{"\\ud800":1}',
    "zero-escape": b'{"a\\u0000b":1}', "raw-control": b'{"a\nb":1}', "control-name": json.dumps(one()).replace('"a"', '"\\u001b[31m"')
    .encode(), "deep-arrays": b"{" + b'"a":[' * 2000, "deep": b'{"a":' + b"[" * 5000, "deep-objects": b'{"a":' * 5000,
    "null": b'{"a":null}', "list": b'{"a":[1,2]}',
}.items():
    write("bad-" + name, header, DATA)
for name, tensor in {
    "no-dtype": one(dtype=None), "no-shape": one(shape=None), "no-offsets": one(data_offsets=None), "dtype-number": one(dtype=1),
    "dtype-words": one(dtype="float 32"), "dtype-long": one(dtype="F" * 400), "shape-text": one(shape="2"), "shape-negative":
    one(shape=[-2]), "shape-fraction": one(shape=[2.5]), "shape-nested": one(shape=[[2]]), "shape-wrong": one(shape=[3]),
    "shape-overflow": one(shape=[2**40, 2**40]), "shape-wraps": one(shape=[2**32, 2**32, 2**2]), "shape-bits": one(shape=[2**52, 2**9]),
    "shape-huge": one(shape=[1e300]), "dims": one(shape=[1] * 9), "offsets-one": one(data_offsets=[8]),
    "offsets-three": one(data_offsets=[0, 4, 8]), "offsets-backward": one(data_offsets=[8, 0]), "offsets-negative":
    one(data_offsets=[-8, 0]), "offsets-past": one(shape=[4], data_offsets=[0, 16]), "offsets-far":
    one(shape=[2**50], data_offsets=[0, 2**52]), "rest": one(shape=[1], data_offsets=[0, 4]), "gap": one(shape=[1], data_offsets=[4, 8]),
    "metadata-list": {"__metadata__": ["a"], **one()}, "metadata-number": {"__metadata__": {"a": 1}, **one()},
    "metadata-tensor": {"__metadata__": one()["a"]},
    "overlap": {"a": one()["a"], "b": one(shape=[1], data_offsets=[4, 8])["a"]},
}.items():
    write("bad-" + name, tensor, DATA)
twice = json.dumps(one()["a"])
write("bad-twice", ('{"a":%s,"a":%s}' % (twice, twice)).encode(), DATA)
write("bad-key-twice", ('{"a":%s}' % twice.replace("{", '{"dtype":"F32",')).encode(), DATA)
write("bad-metadata-twice", b'{"__metadata__":{"a":"1","a":"2"}}')
write("bad-metadata-two", b'{"__metadata__":{},"__metadata__":{}}')
write("bad-length", one(), DATA, length=10**6)
write("bad-length-huge", one(), DATA, length=2**64 - 1)
write("bad-length-zero", one(), DATA, length=0)
with open(os.path.join(FOLDER, "bad-short"), "wb") as file:
    file.write(b"\x08\0\0")
