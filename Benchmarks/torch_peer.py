"""The benchmark cases in PyTorch: what scripts/compare-torch compares with.

    python torch_peer.py --case mlp-wide [--precision bfloat16] [--compile]
    torchrun --standalone --nproc-per-node 2 torch_peer.py --case gpt-small --mode data
    torchrun --standalone --nproc-per-node 2 torch_peer.py --case gpt-small --mode pipeline --microbatches 4

Each case is that of configs/bench with the same name: the same layers, batch, loss and optimizer, inputs
that stay the same. One thread a process. Mixed precision is PyTorch's own: autocast around forward and
loss. Rank 0 prints a line of JSON: the median of a step's seconds, and the last loss.
"""
import argparse
import contextlib
import json
import os
import statistics
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        n, length, width = x.shape
        parts = self.qkv(self.norm(x)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*parts, is_causal=True)
        return x + self.out(mixed.transpose(1, 2).reshape(n, length, width))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        return x + self.down(F.gelu(self.up(self.norm(x))))


class Tokens(nn.Module):
    def __init__(self, vocabulary, context, width):
        super().__init__()
        self.token, self.place = nn.Embedding(vocabulary, width), nn.Embedding(context, width)

    def forward(self, tokens):
        return self.token(tokens) + self.place.weight


class Residual(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.main = nn.Sequential(*convolution(before, channels, stride), nn.ReLU(),
                                  *convolution(channels, channels))
        changes = stride > 1
        self.shortcut = nn.Sequential(*convolution(before, channels, stride, 1)) if changes else None

    def forward(self, x):
        return F.relu(self.main(x) + (x if self.shortcut is None else self.shortcut(x)))


def convolution(before, channels, stride=1, kernel=3):
    return [nn.Conv2d(before, channels, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(channels)]


def mlp(*widths):
    layers = []
    for before, width in zip(widths, widths[1:]):
        layers += [nn.Linear(before, width), nn.ReLU()]
    return layers[:-1]


def lenet():
    return [nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5),
            nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(),
            nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10)]


def resnet(channels):
    blocks = [Residual(channels, channels, 1), Residual(channels, 2 * channels, 2),
              Residual(2 * channels, 4 * channels, 2)]
    return [*convolution(1, channels), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(4 * channels, 10)]


def gpt(vocabulary, context, width, depth, heads=8):
    blocks = [layer for _ in range(depth) for layer in (Attention(width, heads), FeedForward(width))]
    return [Tokens(vocabulary, context, width), *blocks, nn.LayerNorm(width),
            nn.Linear(width, vocabulary, bias=False)]


# The layers; a sample's shape, or the context of tokens; classes; the batch.
CASES = {
    "mlp-d2l": (lambda: mlp(784, 256, 10), (784,), 10, 256),
    "mlp-d2l-b32": (lambda: mlp(784, 256, 10), (784,), 10, 32),
    "mlp-wide": (lambda: mlp(1024, *[2048] * 7, 10), (1024,), 10, 512),
    "mlp-wide-b64": (lambda: mlp(1024, *[2048] * 7, 10), (1024,), 10, 64),
    "mlp-wide-b2048": (lambda: mlp(1024, *[2048] * 7, 10), (1024,), 10, 2048),
    "mlp-deep": (lambda: mlp(256, *[256] * 31, 10), (256,), 10, 128),
    "lenet": (lenet, (1, 28, 28), 10, 256),
    "resnet": (lambda: resnet(16), (1, 28, 28), 10, 128),
    "gpt-small": (lambda: gpt(65, 128, 256, 6), 128, 65, 16),
    "gpt-medium": (lambda: gpt(65, 256, 512, 8), 256, 65, 8),
    "gpt-words": (lambda: gpt(8192, 128, 256, 6), 128, 8192, 16),
}


def halves(layers, stages):
    """Contiguous parts of about as many parameters."""
    counts = [sum(p.numel() for p in layer.parameters()) for layer in layers]
    bounds, seen = [0], 0
    for place, count in enumerate(counts[:-1], start=1):
        seen += count
        if len(bounds) < stages and seen >= sum(counts) * len(bounds) / stages - count / 2:
            bounds.append(place)
    return [layers[a:b] for a, b in zip(bounds, [*bounds[1:], len(layers)])]


def whole_step(options, layers, x, y, loss_of):
    network = nn.Sequential(*layers)
    if options.mode == "data":
        network = nn.parallel.DistributedDataParallel(network)
        x, y = (part.chunk(dist.get_world_size())[dist.get_rank()].contiguous() for part in (x, y))
    if options.compile:
        network = torch.compile(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    mixed = options.precision == "bfloat16"

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16) if mixed else contextlib.nullcontext():
            loss = loss_of(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def pipeline_step(options, layers, x, y, loss_of):
    from torch.distributed.pipelining import PipelineStage, Schedule1F1B

    rank, stages = dist.get_rank(), dist.get_world_size()
    part = nn.Sequential(*halves(layers, stages)[rank])
    stage = PipelineStage(part, rank, stages, torch.device("cpu"))
    schedule = Schedule1F1B(stage, n_microbatches=options.microbatches, loss_fn=loss_of)
    optimizer = torch.optim.SGD(part.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad(set_to_none=True)
        losses = []
        inputs = [x] if rank == 0 else []
        schedule.step(*inputs, **({"target": y, "losses": losses} if rank == stages - 1 else {}))
        optimizer.step()
        return sum(loss.item() for loss in losses) / len(losses) if losses else 0.0

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--case", required=True, choices=CASES)
    parser.add_argument("--mode", default="single", choices=["single", "data", "pipeline"])
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--microbatches", type=int, default=4, help="of the pipeline")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=5)
    options = parser.parse_args()
    if options.mode == "pipeline" and (options.compile or options.precision != "float32"):
        parser.error("PyTorch's pipeline is float32, and not compiled, here")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    is_spread = options.mode != "single"
    if is_spread:
        dist.init_process_group("gloo")
    make, shape, classes, batch = CASES[options.case]
    if isinstance(shape, int):
        x, y = (torch.randint(0, classes, (batch, shape)) for _ in range(2))
    else:
        x, y = torch.randn(batch, *shape), torch.randint(0, classes, (batch,))

    def loss_of(outputs, labels):
        return F.cross_entropy(outputs.flatten(0, -2), labels.flatten())

    build = pipeline_step if options.mode == "pipeline" else whole_step
    step = build(options, make(), x, y, loss_of)
    seconds, loss = [], 0.0
    for number in range(options.warmup + options.steps):
        if is_spread:
            dist.barrier()
        start = time.perf_counter()
        loss = step()
        if is_spread:
            dist.barrier()
        if number >= options.warmup:
            seconds.append(time.perf_counter() - start)
    last = torch.tensor([loss])
    if is_spread:
        dist.broadcast(last, src=dist.get_world_size() - 1)
    if int(os.environ.get("RANK", 0)) == 0:
        print(json.dumps({"peer": f"PyTorch {torch.__version__}", "case": options.case,
                          "seconds_per_step": statistics.median(seconds), "loss": last.item()}))
    if is_spread:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
