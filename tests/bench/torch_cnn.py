"""torch_cnn.py: the reference network in PyTorch on the CPU, for bench_cnn.c.

    torch_cnn.py train eager|best THREADS MNIST    microseconds a sample of training, seconds to the first batch
    torch_cnn.py use eager|best BATCH MNIST        microseconds a sample of inference on one thread

eager is what most people write. best is the most that a competent user gets out of it: channels last, ReLU after the pool, all
parameters in one flat tensor so that Adam is a handful of operations, the forward pass traced."""
import gzip
import sys
import time

START = time.perf_counter()

import numpy
import torch
import torch.nn.functional as F

WARM, TIMED, BATCH = 20, 730, 64
SHAPES = [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (128, 1568), (128,), (10, 128), (10,)]


def read_images(folder, name):
    with gzip.open(f"{folder}/{name}-images-idx3-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=16).reshape(-1, 1, 28, 28)


def read_labels(folder, name):
    with gzip.open(f"{folder}/{name}-labels-idx1-ubyte.gz") as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=8).astype(numpy.int64)


def forward_eager(x, w):
    x = F.max_pool2d(F.relu(F.conv2d(x, w[0], w[1], padding=1)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, w[2], w[3], padding=1)), 2)
    x = F.relu(F.linear(x.flatten(1), w[4], w[5]))
    return F.linear(x, w[6], w[7])


def forward_best(x, w):
    x = F.relu(F.max_pool2d(F.conv2d(x, w[0], w[1], padding=1), 2))
    x = F.relu(F.max_pool2d(F.conv2d(x, w[2], w[3], padding=1), 2))
    x = F.relu(F.linear(x.flatten(1), w[4], w[5]))
    return F.linear(x, w[6], w[7])


def glorot(shape):
    if len(shape) == 1:
        return torch.zeros(shape)
    area = shape[2] * shape[3] if len(shape) == 4 else 1
    limit = (6 / ((shape[0] + shape[1]) * area)) ** 0.5
    return (torch.rand(shape) * 2 - 1) * limit


def views(flat):
    """The parameters as views of one tensor, those of convolutions channels last."""
    out, at = [], 0
    for shape in SHAPES:
        count = int(numpy.prod(shape))
        part = flat[at:at + count]
        at += count
        if len(shape) == 4:
            part = part.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
        else:
            part = part.view(shape)
        out.append(part)
    return out


class Net(torch.nn.Module):
    def __init__(self, best):
        super().__init__()
        self.best = best
        self.flat = torch.empty(sum(int(numpy.prod(s)) for s in SHAPES))
        first = views(self.flat) if best else [torch.empty(s) for s in SHAPES]
        for part, shape in zip(first, SHAPES):
            part.copy_(glorot(shape))
        self.w = torch.nn.ParameterList([torch.nn.Parameter(part) for part in first])
        if best:
            self.gradient = torch.zeros_like(self.flat)
            for parameter, part in zip(self.w, views(self.gradient)):
                parameter.grad = part

    def forward(self, x):
        return (forward_best if self.best else forward_eager)(x, list(self.w))


class FlatAdam:
    def __init__(self, net):
        self.net, self.steps = net, 0
        self.m, self.v = torch.zeros_like(net.flat), torch.zeros_like(net.flat)

    def zero_grad(self):
        self.net.gradient.zero_()

    @torch.no_grad()
    def step(self):
        self.steps += 1
        g = self.net.gradient
        self.m.mul_(0.9).add_(g, alpha=0.1)
        self.v.mul_(0.999).addcmul_(g, g, value=0.001)
        rate = 1e-3 * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        self.net.flat.addcdiv_(self.m, self.v.sqrt().add_(1e-7), value=-rate)


def train(best, threads, folder):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    images = torch.from_numpy(read_images(folder, "train")[:48000] / numpy.float32(255))
    labels = torch.from_numpy(read_labels(folder, "train")[:48000])
    if best:
        images = images.contiguous(memory_format=torch.channels_last)
    net = Net(best)
    optimiser = FlatAdam(net) if best else torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7)
    run = torch.jit.trace(net, images[:BATCH]) if best else net
    order = torch.randperm(len(images))
    first = None
    for i in range(WARM + TIMED):
        if i == WARM:
            start = time.perf_counter()
        pick = order[i * BATCH:(i + 1) * BATCH]
        optimiser.zero_grad()
        loss = F.cross_entropy(run(images[pick]), labels[pick])
        loss.backward()
        optimiser.step()
        first = first or time.perf_counter() - START
    print(1e6 * (time.perf_counter() - start) / (TIMED * BATCH), first)


@torch.no_grad()
def use(best, batch, folder):
    torch.set_num_threads(1)
    images = torch.from_numpy(read_images(folder, "t10k") / numpy.float32(255))
    if best:
        images = images.contiguous(memory_format=torch.channels_last)
    net = Net(best).eval()
    run = torch.jit.freeze(torch.jit.trace(net, images[:batch]).eval()) if best else net
    count = 2000 if batch == 1 else 9600
    for i in range(0, 20 * batch, batch):
        run(images[i:i + batch]).argmax(1)
    start = time.perf_counter()
    for i in range(0, count, batch):
        run(images[i:i + batch]).argmax(1)
    print(1e6 * (time.perf_counter() - start) / count, 0)


if sys.argv[1] == "train":
    train(sys.argv[2] == "best", int(sys.argv[3]), sys.argv[4])
else:
    use(sys.argv[2] == "best", int(sys.argv[3]), sys.argv[4])
