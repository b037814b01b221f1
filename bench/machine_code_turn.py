"""What a thread executes in any case in a turn of a kernel's main loop, read from its machine code.

The instructions are cut into blocks at branches and their targets. Of the loops, the one with the
most instructions is the main one. A chain through a block x of it is all blocks that every path
from the loop's begin to its end through x passes. The turn is what the chains have in common that
have at least four fifths of the floating-point instructions of the one with the most: an attempt
of an integrator, without the slow ways of divisions and roots, loops that may be left out, and
what only some turns do. Instructions of a loop whose length is known only when it runs count once.

loop_of() is a loop with all that stands in it: the main one, or the largest inside of it, as the
samples of a step of SGD. innermost_loops() are all that have no loop in them.
"""
import collections
import re

LINE = re.compile(r"^\s+/\*([0-9a-f]{4,})\*/\s+(@!?U?P\w+\s+)?([A-Z][A-Z0-9_.]*)([^;]*);")


def parsed(lines):
    """[(address, predicated, mnemonic, target or None)] of one function."""
    result = []
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        address, predicate, name, operands = match.groups()
        base, target = name.split(".")[0], None
        if base in ("BRA", "CALL") and (found := re.search(r"0x([0-9a-f]+)\s*$", operands)):
            target = int(found.group(1), 16)
        # a branch may be held by a second predicate among its operands
        always = predicate is None and not (base == "BRA" and re.search(r"P\d", operands))
        result.append((int(address, 16), not always, name, target))
    return result


def graph_of(code):
    """(blocks: [[mnemonics]], next blocks: [set]); a call comes back to where it was made."""
    starts, ends = {code[0][0]}, set()
    for (address, _, name, target), after in zip(code, code[1:] + [None]):
        base = name.split(".")[0]
        if base in ("BRA", "EXIT", "RET", "BRX"):
            ends.add(address)
            if after:
                starts.add(after[0])
        if base == "BRA" and target is not None:
            starts.add(target)
    number, blocks, following, current = {}, [], [], None
    for address, *_ in code:
        if address in starts:
            number[address] = len(number)
    for index, (address, held, name, target) in enumerate(code):
        if address in number:
            current = number[address]
            blocks.append([])
            following.append(set())
        blocks[current].append(name)
        base = name.split(".")[0]
        after = code[index + 1][0] if index + 1 < len(code) else None
        if address in ends:
            if base == "BRA" and target in number:
                following[current].add(number[target])
            if held and after in number:
                following[current].add(number[after])
        elif after in number:
            following[current].add(number[after])
    return blocks, following


def dominators(count, entry, following):
    """[set of the blocks on every path from `entry`] a block; None where no path leads."""
    before = collections.defaultdict(set)
    for block in range(count):
        for after in following[block]:
            before[after].add(block)
    found = [None] * count
    found[entry] = {entry}
    changed = True
    while changed:
        changed = False
        for block in range(count):
            known = [found[b] for b in before[block] if found[b] is not None]
            if block == entry or not known:
                continue
            new = set.intersection(*known) | {block}
            if new != found[block]:
                found[block], changed = new, True
    return found


def loops_of(blocks, following, before):
    """{head: its blocks} of every loop."""
    dominating = dominators(len(blocks), 0, following)
    loops = {}
    for block, afters in enumerate(following):
        for head in afters:
            if dominating[block] is None or head not in dominating[block]:
                continue
            inside, open_ = loops.setdefault(head, {head}), [block]
            while open_:
                one = open_.pop()
                if one not in inside:
                    inside.add(one)
                    open_.extend(before[one])
    return loops


def predecessors(following):
    before = collections.defaultdict(set)
    for block, afters in enumerate(following):
        for after in afters:
            before[after].add(block)
    return before


def innermost_loops(lines):
    """[Counter of mnemonics] of the loops without a loop in them, in the order of the code."""
    blocks, following = graph_of(parsed(lines))
    loops = loops_of(blocks, following, predecessors(following))
    return [collections.Counter(name for b in inside for name in blocks[b])
            for head, inside in sorted(loops.items())
            if not any(other != head and other in inside for other in loops)]


def main_loop(lines, depth):
    """(blocks, next blocks, head, blocks of the loop) of the main loop, or (depth 1) of the largest
    in it; None where there is none."""
    blocks, following = graph_of(parsed(lines))
    loops = loops_of(blocks, following, predecessors(following))
    head, inside = None, set(range(len(blocks)))
    for _ in range(depth + 1):
        loops = {h: loop for h, loop in loops.items() if h != head and loop <= inside}
        if not loops:
            return None
        head, inside = max(loops.items(), key=lambda loop: sum(len(blocks[b]) for b in loop[1]))
    return blocks, following, head, inside


def loop_of(lines, depth):
    """Counter of mnemonics of all that stands in the main loop (depth 0) or the largest in it."""
    found = main_loop(lines, depth)
    if not found:
        return collections.Counter()
    blocks, inside = found[0], found[3]
    return collections.Counter(name for b in inside for name in blocks[b])


def turn_of(lines, weight):
    """Counter of mnemonics of a turn of the main loop; `weight`: whether one is floating point."""
    found = main_loop(lines, 0)
    if not found:
        return collections.Counter()
    blocks, following, head, inside = found
    latch = len(blocks)  # one end of the loop for all ways back
    inner = [{latch if after == head else after for after in following[b] if after in inside}
             if b in inside else set() for b in range(latch)] + [set()]
    down = dominators(latch + 1, head, inner)
    reverse = [set() for _ in range(latch + 1)]
    for block, afters in enumerate(inner):
        for after in afters:
            reverse[after].add(block)
    up = dominators(latch + 1, latch, reverse)

    def heft(chain):
        return sum(weight(name) for b in chain for name in blocks[b])

    chains = [frozenset(down[b] | up[b]) - {latch} for b in inside if down[b] and up[b]]
    most = max(map(heft, chains))
    turn = frozenset.intersection(*(chain for chain in chains if heft(chain) >= 0.8 * most))
    return collections.Counter(name for b in turn for name in blocks[b])
