"""Storms over Partita: see scripts/storm, which builds what this needs and starts it."""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CONFIG = """
data: {name: digits, train_samples: 320, test_samples: 64}
model: {kind: mlp, widths: [64, 24, 20, 16, 10], dropout: 0.1}
training:
  {batch: 60, microbatches: 4, epochs: 100000, steps: STEPS, optimizer: adamw, learning_rate: 0.002,
   clip_norm: 1.0}
output: {checkpoint: {every_steps: 150, keep: 2}}
"""

PLANS = [
    (1, 1, [1], "1f1b"), (2, 2, [1, 1], "1f1b"), (2, 1, [2], "gpipe"), (2, 4, [1, 1], "zb-v"),
    (3, 2, [2, 1], "zb-h1"), (3, 3, [1, 1, 1], "gpipe"), (4, 2, [2, 2], "1f1b"),
    (4, 1, [4], "1f1b"), (4, 4, [1, 1, 1, 1], "zb-h2"), (2, 4, [1, 1], "interleaved-1f1b"),
]

LAUNCH_SECONDS = 120


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def command(binary, config, folder, plan, more=()):
    ranks, stages, replicas, schedule = plan
    settings = [
        f"output.directory={folder}", f"parallel.stages={stages}",
        f"parallel.replicas=[{','.join(map(str, replicas))}]", f"parallel.schedule={schedule}",
        f"parallel.virtual={max(1, stages // len(replicas))}",
    ]
    line = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), binary, "train", config,
            "--json", *more]
    for setting in settings:
        line += ["--set", setting]
    return line


def ranks_of(launcher):
    """The living processes that a launcher has started."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if fields[1] == str(launcher) and fields[0] not in "ZX":
            found.append(int(entry.name))
    return found


def send(number, process):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def strike(hit, victim, rng, figures):
    """Kills a rank, or lets it stand still for a while, after which it goes on or is killed."""
    figures["kills" if hit == "kill" else "stops"] += 1
    if hit != "kill":
        send(signal.SIGSTOP, victim)
        time.sleep(rng.uniform(0, 0.5))
    send(signal.SIGCONT if hit == "stop" else signal.SIGKILL, victim)


def checkpoints(folder):
    names = (pathlib.Path(folder) / "checkpoints").glob("step-*")
    return sorted(name.name for name in names if not name.name.endswith(".part"))


def storm_of_kills(binary, folder, count, steps, rng, figures):
    config = folder / "storm.yaml"
    config.write_text(CONFIG.replace("STEPS", str(steps)))
    reference = folder / "reference"
    subprocess.run(command(binary, config, reference, PLANS[0]), check=True, capture_output=True)
    expected = digest(reference / "weights.safetensors")
    run = 0
    while figures["kills"] + figures["stops"] < count:
        run += 1
        target = folder / f"run-{run}"
        newest = ""
        while True:
            plan = rng.choice(PLANS)
            line = command(binary, config, target, plan, ["--resume"] if newest or target.exists() else [])
            log = open(folder / "log", "w+")
            start = time.monotonic()
            launch = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
            # Some ranks stand still for a while, one after another, before one is killed or none.
            hits = ["stop"] * rng.randrange(4) + rng.choice([["kill"], ["kill"], ["stop and kill"], []])
            due = start + rng.uniform(0.2, 1.0)
            while launch.poll() is None and time.monotonic() - start < LAUNCH_SECONDS:
                time.sleep(0.01)
                left = figures["kills"] + figures["stops"] < count
                if not hits or not left or time.monotonic() < due:
                    continue
                ranks = ranks_of(launch.pid)
                if ranks:
                    strike(hits.pop(0), rng.choice(ranks), rng, figures)
                    due = time.monotonic() + rng.uniform(0.05, 0.5)
            if launch.poll() is None:
                figures["hangs"] += 1
                os.killpg(launch.pid, signal.SIGKILL)
                for process in ranks_of(launch.pid):
                    send(signal.SIGKILL, process)
                launch.wait()
            log.seek(0)
            words = log.read()
            if "is damaged" in words:
                figures["damaged"] += 1
                print(words, file=sys.stderr)
            present = checkpoints(target)
            if newest and (not present or present[-1] < newest):
                figures["lost checkpoints"] += 1
            newest = present[-1] if present else newest
            # Without a checkpoint a run starts anew, in a folder of its own.
            others = [f for f in folder.glob(f"run-{run}-*") if (f / "weights.safetensors").exists()]
            done = target if (target / "weights.safetensors").exists() else others[0] if others else None
            if done:
                figures["runs"] += 1
                if digest(done / "weights.safetensors") != expected:
                    figures["other bits"] += 1
                lines = (done / "metrics.jsonl").read_text().splitlines()
                if sum('"event":"step"' in line for line in lines) != steps:
                    figures["other metrics"] += 1
                break
            if launch.returncode == 0:
                figures["other bits"] += 1
                print(words, file=sys.stderr)
                break
        for old in folder.glob(f"run-{run}*"):
            shutil.rmtree(old)


def storm_of_damages(binary, folder, count, rng, figures):
    config = folder / "storm.yaml"
    config.write_text(CONFIG.replace("STEPS", "150"))
    whole = folder / "whole"
    subprocess.run(
        command(binary, config, whole, PLANS[0]), check=True, capture_output=True)
    copies = queue.Queue()
    for worker in range(len(os.sched_getaffinity(0))):
        copies.put(shutil.copytree(whole / "checkpoints" / "step-000000150", folder / f"copy-{worker}"))
    files = sorted(file.name for file in (whole / "checkpoints" / "step-000000150").iterdir())

    def damage_once(file, kind, place, bit):
        copy = copies.get()
        try:
            return damage(binary, config, copy, file, kind, place, bit)
        finally:
            copies.put(copy)

    # A breath at a time, so that who breaks it off doesn't wait for all.
    with concurrent.futures.ThreadPoolExecutor(copies.qsize()) as pool:
        while figures["damages"] < count:
            some = [
                (rng.choice(files), rng.choice(["flip", "flip", "cut", "longer", "gone"]), rng.random(), rng.randrange(8))
                for _ in range(min(100, count - figures["damages"]))]
            for result in pool.map(lambda one: damage_once(*one), some):
                figures["damages"] += 1
                if result:
                    figures["damages not found"] += 1
                    print(result, file=sys.stderr)


def damage(binary, config, checkpoint, file, kind, place, bit):
    """Damages one file of a checkpoint, resumes from it and mends it; words where the damage wasn't found."""
    file = checkpoint / file
    old = file.read_bytes()
    place = int(place * len(old))
    if kind == "flip":
        file.write_bytes(old[:place] + bytes([old[place] ^ 1 << bit]) + old[place + 1:])
    elif kind == "cut":
        file.write_bytes(old[:place])
    elif kind == "longer":
        file.write_bytes(old + b"\0")
    else:
        file.unlink()
    out = checkpoint.with_name(checkpoint.name + "-resumed")
    line = [binary, "train", config, "--json", "--resume", checkpoint, "--set", "parallel.stages=1"]
    result = subprocess.run(
        [*line, "--set", f"output.directory={out}"], capture_output=True, text=True, timeout=60)
    found = result.returncode == 1 and not out.exists()
    shutil.rmtree(out, ignore_errors=True)
    file.write_bytes(old)
    return None if found else f"{kind} {file.name}: {result.returncode} {result.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binaries", type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--steps", type=int, default=4000, help="of each run")
    parser.add_argument("--damages", type=int, default=60)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if os.geteuid() == 0:
        os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    os.environ["OMPI_MCA_orte_execute_quiet"] = "1"
    binary = str(arguments.binaries / "partita")
    rng = random.Random(arguments.seed)
    names = ["runs", "kills", "stops", "hangs", "lost checkpoints", "damaged", "other bits",
             "other metrics", "damages", "damages not found"]
    figures = dict.fromkeys(names, 0)
    # Who is tired of waiting wants to know what has come of it so far.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="partita-storm-") as name:
            folder = pathlib.Path(name)
            storm_of_kills(binary, folder, arguments.kills, arguments.steps, rng, figures)
            storm_of_damages(binary, folder, arguments.damages, rng, figures)
    except KeyboardInterrupt:
        sys.exit("broken off: " + ", ".join(f"{value} {key}" for key, value in figures.items()))
    print(", ".join(f"{value} {key}" for key, value in figures.items()))
    worker = subprocess.run(
        [arguments.binaries / "fuzz-worker", str(arguments.seed), str(arguments.inputs)],
        capture_output=True, text=True)
    print(f"inputs: {worker.stdout.splitlines()[-1] if worker.stdout else 'none'}")
    bad = [key for key in ("hangs", "lost checkpoints", "damaged", "other bits", "other metrics",
                           "damages not found") if figures[key]]
    if worker.returncode:
        print(worker.stdout[-1000:], worker.stderr[-1000:], file=sys.stderr)
    sys.exit(1 if bad or worker.returncode else 0)


main()
