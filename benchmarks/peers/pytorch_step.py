#!/usr/bin/env python3
"""The article's GAN or DCGAN in PyTorch, and cuBLAS through PyTorch, next to GanGpu in one run.

    python3 benchmarks/peers/pytorch_step.py --gangpu "dotnet run -c Release --project src/GanGpu.Cli --" [--preset dcgan]

A step is one update of the discriminator and one of the generator: noise 100, layers 128, 256, 784 and 256, 128, 1,
leaky ReLU 0.2, sigmoid cross-entropy from logits, Adam 2e-4. Each variant is PyTorch's own best for it: data on the device,
real and fake judged as one batch, the fake detached, the discriminator frozen in the generator's step, fused Adam where
there is one, TF32 off unless --precision asks for it.

    eager     as a program is written
    compiled  torch.compile of the whole step
    graph     the whole step captured into a CUDA graph
    ... last  the same with channels last in memory, of DCGAN

--preset dcgan is GanGpu's for 28x28: 64 base channels, batch norm, no biases, Adam with beta1 0.5; real and fake are judged one after the
other, each with moments of its own, as in PyTorch's example.

Rounds alternate between the variants and GanGpu; the figures are medians of the rounds, with the fastest beside them.
Needs PyTorch 2 for 'compiled', a CUDA device for 'graph'; what can't be measured says why.
"""

import argparse
import functools
import json
import platform
import shlex
import statistics
import subprocess
import sys
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

LATENT, SIDE, IMAGES, CHANNELS = 100, 28, 10_000, 64
SAMPLE = SIDE * SIDE


class Gan:
    """Both networks with their optimizers, and a data set that stays on the device."""

    def __init__(self, device, batch, capturable, memory_format=torch.contiguous_format):
        self.device, self.batch = device, batch
        self.generator, self.discriminator = (network.to(device, memory_format=memory_format) for network in self.networks())
        self.generator_adam = adam(self.generator.parameters(), device, capturable, self.beta1)
        self.discriminator_adam = adam(self.discriminator.parameters(), device, capturable, self.beta1)
        images = torch.rand(IMAGES, *self.sample, device=device) * 2 - 1
        self.images = images.contiguous(memory_format=memory_format)
        self.ones, self.zeros = torch.ones(batch, 1, device=device), torch.zeros(batch, 1, device=device)
        self.ones_then_zeros = torch.cat([self.ones, self.zeros])
        self.loss = torch.zeros((), device=device)

    def noise(self):
        return torch.randn(self.batch, LATENT, device=self.device)

    def step(self):
        with torch.no_grad():
            fake = self.generator(self.noise())
            real = self.images[torch.randint(IMAGES, (self.batch,), device=self.device)]
        self.discriminator_adam.zero_grad(set_to_none=True)
        self.discriminator_loss(real, fake).backward()
        self.discriminator_adam.step()

        for parameter in self.discriminator.parameters():
            parameter.requires_grad_(False)
        self.generator_adam.zero_grad(set_to_none=True)
        value = cross_entropy(self.discriminator(self.generator(self.noise())), self.ones)
        value.backward()
        for parameter in self.discriminator.parameters():
            parameter.requires_grad_(True)
        self.generator_adam.step()
        self.loss.copy_(value.detach())


class Mlp(Gan):
    """The article's GAN: real and fake are judged as one batch."""

    beta1, sample = 0.9, (SAMPLE,)

    def networks(self):
        leak = lambda: nn.LeakyReLU(0.2)
        return (nn.Sequential(nn.Linear(LATENT, 128), leak(), nn.Linear(128, 256), leak(), nn.Linear(256, SAMPLE), nn.Tanh()),
                nn.Sequential(nn.Linear(SAMPLE, 256), leak(), nn.Linear(256, 128), leak(), nn.Linear(128, 1)))

    def discriminator_loss(self, real, fake):
        return cross_entropy(self.discriminator(torch.cat([real, fake])), self.ones_then_zeros) * 2


class Dcgan(Gan):
    """DCGAN: real and fake are judged one after the other, since batch norm takes each one's own moments."""

    beta1, sample = 0.5, (1, SIDE, SIDE)

    def networks(self):
        up = lambda inputs, outputs, padding=1, extra=0: nn.ConvTranspose2d(inputs, outputs, 4, 2, padding, extra, bias=False)
        down = lambda inputs, outputs, padding=1: nn.Conv2d(inputs, outputs, 4, 2, padding, bias=False)
        leak = lambda: nn.LeakyReLU(0.2, True)
        return (nn.Sequential(
                    nn.Linear(LATENT, 4 * 4 * 4 * CHANNELS, bias=False), nn.Unflatten(1, (4 * CHANNELS, 4, 4)), nn.BatchNorm2d(4 * CHANNELS), nn.ReLU(True),
                    up(4 * CHANNELS, 2 * CHANNELS, 2, 1), nn.BatchNorm2d(2 * CHANNELS), nn.ReLU(True),
                    up(2 * CHANNELS, CHANNELS), nn.BatchNorm2d(CHANNELS), nn.ReLU(True),
                    up(CHANNELS, 1), nn.Tanh()),
                nn.Sequential(
                    down(1, CHANNELS), leak(), down(CHANNELS, 2 * CHANNELS), nn.BatchNorm2d(2 * CHANNELS), leak(),
                    down(2 * CHANNELS, 4 * CHANNELS, 2), nn.BatchNorm2d(4 * CHANNELS), leak(),
                    nn.Flatten(), nn.Linear(4 * 4 * 4 * CHANNELS, 1, bias=False)))

    def discriminator_loss(self, real, fake):
        return cross_entropy(self.discriminator(real), self.ones) + cross_entropy(self.discriminator(fake), self.zeros)


def adam(parameters, device, capturable, beta1):
    """Fused where this PyTorch has it for the device."""
    parameters = list(parameters)
    options = {"lr": 2e-4, "betas": (beta1, 0.999), "eps": 1e-8}
    if device.type == "cuda":
        options["capturable"] = capturable
        try:
            return torch.optim.Adam(parameters, fused=True, **options)
        except (RuntimeError, TypeError):
            pass
    return torch.optim.Adam(parameters, **options)


def eager(network, device, batch):
    gan = network(device, batch, capturable=False)
    return gan, gan.step


def compiled(network, device, batch):
    if not hasattr(torch, "compile"):
        raise RuntimeError(f"PyTorch {torch.__version__} has no torch.compile")
    gan = network(device, batch, capturable=True)
    return gan, torch.compile(gan.step)


def graph(network, device, batch):
    if device.type != "cuda":
        raise RuntimeError("a CUDA graph needs a CUDA device")
    gan = network(device, batch, capturable=True)
    # Capture wants everything allocated and chosen before, on a stream of its own.
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(5):
            gan.step()
    torch.cuda.current_stream().wait_stream(side)
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        gan.step()
    return gan, captured.replay


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def seconds_each(issue, device, seconds):
    """Seconds of one call, from as many as fit."""
    count = 1
    while True:
        synchronize(device)
        start = time.perf_counter()
        for _ in range(count):
            issue()
        synchronize(device)
        taken = time.perf_counter() - start
        if taken >= seconds:
            return taken / count
        count = max(count + 1, min(10 * count, int(count * 1.2 * seconds / max(taken, 1e-9))))


def gangpu_rates(command, device, preset, batch, precision):
    """GanGpu's own figures: milliseconds of a step, and GFLOP/s of each product."""
    name = "cpu" if device.type == "cpu" else "cuda"
    arguments = shlex.split(command) + ["bench", "--device", name, "--preset", preset, "--batch", str(batch), "--precision", precision, "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or f"{arguments[0]} ended with {done.returncode}")
    figures = json.loads(done.stdout)["devices"][0]
    products = {line["shape"]: line.get("gigaflops_per_second") for line in figures["gemm"]}
    return figures["step"][0]["milliseconds_per_step"] / 1e3, products


def gemm_rate(device, m, n, k, precision, seconds):
    """GFLOP/s of PyTorch's product of row-major matrices."""
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    a, b = torch.rand(m, k, device=device, dtype=kind), torch.rand(k, n, device=device, dtype=kind)
    c = torch.empty(m, n, device=device, dtype=kind)
    return 2 * m * n * k / seconds_each(lambda: torch.mm(a, b, out=c), device, seconds) / 1e9


def measure(arguments):
    device = torch.device(arguments.device)
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = arguments.precision == "tf32"
    torch.backends.cudnn.benchmark = True
    networks = {"": Mlp} if arguments.preset == "mlp" else {"": Dcgan, " last": functools.partial(Dcgan, memory_format=torch.channels_last)}
    runners, skipped = {}, {}
    variants = [(way.__name__ + suffix, way, network) for way in (eager, compiled, graph) for suffix, network in networks.items()]
    for name, build, network in variants:
        try:
            gan, issue = build(network, device, arguments.batch)
            for _ in range(20):
                issue()
            synchronize(device)
            if not torch.isfinite(gan.loss):
                raise RuntimeError("its loss is not a finite number")
            runners[name] = issue
        except Exception as error:  # whatever one variant lacks, the others are measured
            skipped[name] = str(error).splitlines()[0]

    rounds = {name: [] for name in [*runners, *(["gangpu"] if arguments.gangpu else [])]}
    products = {}
    for _ in range(arguments.rounds):
        for name, issue in runners.items():
            rounds[name].append(seconds_each(issue, device, arguments.seconds))
        if arguments.gangpu:
            step, rates = gangpu_rates(arguments.gangpu, device, arguments.preset, arguments.batch, arguments.precision)
            rounds["gangpu"].append(step)
            for shape, rate in rates.items():
                products.setdefault(shape, []).append(rate)

    gemm = []
    for shape, rates in products.items():
        size, form = shape.split()
        if form != "NN" or not all(rates):
            continue
        m, n, k = map(int, size.split("x"))
        peer = statistics.median(gemm_rate(device, m, n, k, arguments.precision, arguments.seconds / 4) for _ in range(arguments.rounds))
        ours = statistics.median(rates)
        gemm.append({"shape": size, "gangpu_gflops": ours, "pytorch_gflops": peer, "ratio": ours / peer})

    steps = {name: {"median_us": statistics.median(values) * 1e6, "fastest_us": min(values) * 1e6} for name, values in rounds.items()}
    if "gangpu" in steps:
        for name in runners:
            steps[name]["times_gangpu"] = steps[name]["median_us"] / steps["gangpu"]["median_us"]
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "device": torch.cuda.get_device_name() if device.type == "cuda" else platform.processor() or platform.machine(),
        "pytorch": torch.__version__, "cuda": torch.version.cuda, "preset": arguments.preset, "batch": arguments.batch, "precision": arguments.precision,
        "step": steps, "skipped": skipped, "gemm": gemm,
    }


def table(figures):
    lines = [f"{figures['device']}, PyTorch {figures['pytorch']}, CUDA {figures['cuda']}, {figures['preset']}, batch {figures['batch']}, {figures['precision']}, {figures['date']}",
             f"{'step':<14}{'median us':>12}{'fastest us':>12}{'over GanGpu':>13}"]
    for name, step in figures["step"].items():
        ratio = f"{step['times_gangpu']:.2f}" if "times_gangpu" in step else ""
        lines.append(f"{name:<14}{step['median_us']:>12.1f}{step['fastest_us']:>12.1f}{ratio:>13}")
    lines += [f"{name:<14}not measured: {reason}" for name, reason in figures["skipped"].items()]
    if figures["gemm"]:
        lines.append(f"{'product':<18}{'GanGpu GFLOP/s':>16}{'PyTorch GFLOP/s':>17}{'ratio':>8}")
        lines += [f"{g['shape']:<18}{g['gangpu_gflops']:>16.0f}{g['pytorch_gflops']:>17.0f}{g['ratio']:>8.2f}" for g in figures["gemm"]]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cuda or cpu")
    parser.add_argument("--preset", choices=["mlp", "dcgan"], default="mlp")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", choices=["float32", "tf32", "bf16"], default="float32", help="of products, PyTorch's and GanGpu's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each variant in each round")
    parser.add_argument("--threads", type=int, help="PyTorch's, on the cpu")
    parser.add_argument("--gangpu", help="the command that starts gangpu")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    figures = measure(arguments)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
