"""The graph of the rooms, drawn: layers from what depends on nothing down to the program.

Layers, order and places follow Sugiyama, Tagawa and Toda (IEEE Transactions on Systems, Man, and
Cybernetics 11, 1981): arrows that pass a layer get a seat of their own in it, orders with few
crossings are searched for, then places that keep arrows straight. Equal graphs give equal pictures.
"""

import math
import random
import re
from html import escape

BOX, ROW, GAP, LANE, MARGIN, FACE = 34, 76, 22, 16, 16, 8.2
STYLE = """
  .room { fill: #eef4fb; stroke: #4a7fb5; }
  .machine { fill: #fdf3e3; stroke: #b98532; }
  .room, .machine { stroke-width: 1.2; }
  text { font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1c2430; }
  .name { text-anchor: middle; }
  .note { font-size: 12px; fill: #5b6675; }
  .use { fill: none; stroke: #7a8594; stroke-width: 1.3; }
  .head { fill: #7a8594; }
  @media (prefers-color-scheme: dark) {
    .room { fill: #16283c; stroke: #6ea8e0; }
    .machine { fill: #33270f; stroke: #d8a54c; }
    text { fill: #e6ebf2; }
    .note { fill: #9aa5b4; }
    .use { stroke: #8b97a8; }
    .head { fill: #8b97a8; }
  }
"""


def rooms(targets):
    """Targets that people write in Swift for others to use: no tests, no C behind a door."""
    return [
        name for name, target in targets.items()
        if target.path.split("/")[0] == "Sources" and target.kind in ("target", "executableTarget")
        and not re.match("C[A-Z]", name)]


def from_the_ground(targets, names):
    """Names in an order in which each comes behind all that it uses."""
    result, left = [], list(names)
    while left:
        ready = [name for name in left if not set(targets[name].targets) & set(left) - {name}]
        for name in ready or left[:1]:
            result.append(name)
            left.remove(name)
    return result


def reduced(targets):
    """For each room the rooms that it uses, but those that another of them uses anyway."""
    names = rooms(targets)
    below = {}
    for name in from_the_ground(targets, names):
        below[name] = set()
        for other in targets[name].targets:
            if other in names:
                below[name] |= {other} | below.get(other, set())
    result = {}
    for name in names:
        uses = [other for other in targets[name].targets if other in names]
        result[name] = sorted(
            other for other in uses
            if not any(other in below.get(third, set()) for third in uses if third != other))
    return result


def dot(targets):
    lines = ["digraph house {", '  node [shape=box, fontname="sans-serif"];']
    for name, uses in reduced(targets).items():
        lines.append(f'  "{name}";')
        lines += [f'  "{name}" -> "{other}";' for other in uses]
    return "\n".join(lines + ["}", ""])


def svg(targets):
    drawing = _Layout(targets, reduced(targets))
    return drawing.text(targets)


class _Layout:
    def __init__(self, targets, uses):
        self.uses = uses
        self.users = {name: [other for other in uses if name in uses[other]] for name in uses}
        self.level = self._levels(from_the_ground(targets, uses))
        self.width = {name: max(84, round(len(name) * FACE) + 20) for name in uses}
        self._seats()
        self._order()
        self._places()

    def _levels(self, order):
        level = {}
        for name in order:
            level[name] = max((level[other] + 1 for other in self.uses[name]), default=0)
        # Rooms that more arrows enter than leave move towards their users.
        for _ in range(len(order)):
            for name in reversed(order):
                if len(self.users[name]) > len(self.uses[name]):
                    level[name] = min(level[other] for other in self.users[name]) - 1
        return level

    def _seats(self):
        """Arrows as chains of seats, one a layer; a passing seat is a pair, and narrow."""
        self.layers = [[] for _ in range(max(self.level.values(), default=0) + 1)]
        for name in self.uses:
            self.layers[self.level[name]].append(name)
        self.chains = []
        passing = {}
        for name, others in self.uses.items():
            for other in others:
                chain = [other]
                for layer in range(self.level[other] + 1, self.level[name]):
                    seat = (other, name, layer)
                    self.layers[layer].append(seat)
                    self.width[seat] = LANE
                    chain.append(seat)
                self.chains.append(chain + [name])
        self.above = {seat: [] for layer in self.layers for seat in layer}
        self.below = {seat: [] for layer in self.layers for seat in layer}
        for chain in self.chains:
            for upper, lower in zip(chain, chain[1:]):
                self.below[upper].append(lower)
                self.above[lower].append(upper)

    def _order(self):
        chance, best = random.Random(1), None
        for _ in range(60):
            for layer in self.layers:
                chance.shuffle(layer)
            for sweep in range(12):
                down = sweep % 2 == 0
                layers = self.layers[1:] if down else self.layers[-2::-1]
                for layer in layers:
                    self._sort(layer, self.above if down else self.below)
                self._exchange()
                score = self._score()
                if best is None or score < best[0]:
                    best = score, [list(layer) for layer in self.layers]
        if best:
            self.layers = best[1]

    def _rank(self):
        return {seat: place for layer in self.layers for place, seat in enumerate(layer)}

    def _sort(self, layer, neighbours):
        rank = self._rank()
        layer.sort(key=lambda seat: (
            sum(rank[other] for other in neighbours[seat]) / len(neighbours[seat])
            if neighbours[seat] else rank[seat]))

    def _exchange(self):
        """Exchanges neighbours as long as that takes a crossing away."""
        rank = self._rank()
        changed, rounds = True, 0
        while changed and rounds < 20:
            changed, rounds = False, rounds + 1
            for layer in self.layers:
                for place in range(len(layer) - 1):
                    left, right = layer[place], layer[place + 1]
                    if self._crossed(left, right, rank) > self._crossed(right, left, rank):
                        layer[place], layer[place + 1] = right, left
                        rank[left], rank[right] = place + 1, place
                        changed = True

    def _crossed(self, left, right, rank):
        return sum(
            rank[a] > rank[b]
            for side in (self.above, self.below) for a in side[left] for b in side[right])

    def _score(self):
        rank = self._rank()
        crossings = 0
        for layer in self.layers[:-1]:
            lines = [(rank[a], rank[b]) for a in layer for b in self.below[a]]
            crossings += sum(
                (a - c) * (b - d) < 0 for i, (a, b) in enumerate(lines) for c, d in lines[:i])
        length = sum(
            abs(rank[a] / len(self.layers[self._layer(a)]) - rank[b] / len(self.layers[self._layer(b)]))
            for a in rank for b in self.below[a])
        return crossings, round(length, 6)

    def _layer(self, seat):
        return seat[2] if isinstance(seat, tuple) else self.level[seat]

    def _places(self):
        """Places that pull seats to their neighbours, each layer kept in order and apart."""
        self.x = {}
        for layer in self.layers:
            at = 0
            for seat in layer:
                self.x[seat] = at + self.width[seat] / 2
                at += self.width[seat] + GAP
        for turn in range(300):
            layers = self.layers if turn % 2 == 0 else self.layers[::-1]
            for layer in layers:
                wanted, weights = [], []
                for seat in layer:
                    pulls = [
                        (self.x[other], self._weight(seat, other))
                        for other in self.above[seat] + self.below[seat]]
                    weight = sum(pull for _, pull in pulls)
                    wanted.append(
                        sum(x * pull for x, pull in pulls) / weight if weight else self.x[seat])
                    weights.append(weight or 0.1)
                self._set_apart(layer, wanted, weights)
            if turn >= 100:
                self._straighten()
        left = min(self.x[seat] - self.width[seat] / 2 for seat in self.x)
        for seat in self.x:
            self.x[seat] += MARGIN - left
        self.right = max(self.x[seat] + self.width[seat] / 2 for seat in self.x) + MARGIN

    def _straighten(self):
        """Arrows that pass layers go straight through them where their neighbours leave room."""
        rank = self._rank()
        for chain in self.chains:
            passing = chain[1:-1]
            low, high = -math.inf, math.inf
            for seat in passing:
                layer, place = self.layers[seat[2]], rank[seat]
                if place > 0:
                    before = layer[place - 1]
                    low = max(low, self.x[before] + (self.width[before] + LANE) / 2 + GAP)
                if place + 1 < len(layer):
                    after = layer[place + 1]
                    high = min(high, self.x[after] - (self.width[after] + LANE) / 2 - GAP)
            if passing and low <= high:
                wanted = sum(self.x[seat] for seat in passing) / len(passing)
                for seat in passing:
                    self.x[seat] = min(max(wanted, low), high)

    @staticmethod
    def _weight(seat, other):
        passing = isinstance(seat, tuple) + isinstance(other, tuple)
        return (1, 2, 8)[passing]

    def _set_apart(self, layer, wanted, weights):
        """The nearest places to those wanted that keep order and gaps: pooled neighbours."""
        shift, shifts = 0, []
        for place, seat in enumerate(layer):
            if place:
                before = layer[place - 1]
                shift += (self.width[before] + self.width[seat]) / 2 + GAP
            shifts.append(shift)
        pools = []
        for want, weight, shift in zip(wanted, weights, shifts):
            pools.append([want - shift, weight, 1])
            while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
                value, weight_above, count = pools.pop()
                first = pools[-1]
                total = first[1] + weight_above
                first[0] = (first[0] * first[1] + value * weight_above) / total
                first[1], first[2] = total, first[2] + count
        values = [value for value, _, count in pools for _ in range(count)]
        for seat, value, shift in zip(layer, values, shifts):
            self.x[seat] = value + shift

    def text(self, targets):
        note = "An arrow points at what is used; what other arrows say already is left out."
        legend = self._y(len(self.layers)) + 4 - (ROW - BOX - 22)
        width = max(round(self.right), round(len(note) * 6.1) + 2 * MARGIN, 420)
        height = legend + 64
        out = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img">',
            "<title>The rooms of Partita and who uses whom</title>",
            f"<style>{STYLE}</style>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path class="head" d="M0 0.5 8 4 0 7.5z"/></marker></defs>',
        ]
        shift = (width - self.right) / 2
        out.append(f'<g transform="translate({shift:.1f} 0)">')
        out += [self._arrow(chain) for chain in self.chains]
        for layer, seats in enumerate(self.layers):
            for name in seats:
                if isinstance(name, tuple):
                    continue
                box = self.width[name]
                kind = "room" if targets[name].pure else "machine"
                out.append(
                    f'<rect class="{kind}" x="{self.x[name] - box / 2:.1f}" y="{self._y(layer)}" '
                    f'width="{box}" height="{BOX}" rx="5"/>')
                out.append(
                    f'<text class="name" x="{self.x[name]:.1f}" y="{self._y(layer) + 22}">'
                    f"{escape(name)}</text>")
        out.append("</g>")
        out.append(f'<rect class="room" x="{MARGIN}" y="{legend}" width="26" height="14" rx="3"/>')
        out.append(f'<text class="note" x="{MARGIN + 34}" y="{legend + 11}">pure values</text>')
        out.append(
            f'<rect class="machine" x="{MARGIN + 122}" y="{legend}" width="26" height="14" rx="3"/>')
        out.append(
            f'<text class="note" x="{MARGIN + 156}" y="{legend + 11}">'
            "meets memory, files, clocks or ranks</text>")
        out.append(f'<text class="note" x="{MARGIN}" y="{legend + 38}">{note}</text>')
        return "\n".join(out + ["</svg>", ""])

    @staticmethod
    def _y(layer):
        return MARGIN + layer * ROW

    def _port(self, seat, chain, below):
        """Where an arrow meets its box: arrows share a side in the order of their other ends."""
        if isinstance(seat, tuple):
            return self.x[seat]
        others = sorted(self.below[seat] if below else self.above[seat], key=lambda o: self.x[o])
        other = chain[1] if below else chain[-2]
        step = min(22, (self.width[seat] - 24) / max(1, len(others)))
        return self.x[seat] + (others.index(other) - (len(others) - 1) / 2) * step

    def _arrow(self, chain):
        """From the user, below, up to what it uses."""
        points = []
        for seat in reversed(chain):
            layer = self._layer(seat)
            x = self._port(seat, chain, below=seat == chain[0])
            if isinstance(seat, tuple):
                points += [(x, self._y(layer) + BOX), (x, self._y(layer))]
            else:
                points.append((x, self._y(layer) + (BOX if seat == chain[0] else 0)))
        path = f"M{points[0][0]:.1f} {points[0][1]}"
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            if abs(x0 - x1) < 0.05:
                path += f"L{x1:.1f} {y1}"
            else:
                middle = (y0 + y1) / 2
                path += f"C{x0:.1f} {middle} {x1:.1f} {middle} {x1:.1f} {y1}"
        return f'<path class="use" d="{path}" marker-end="url(#head)"/>'
