"""Throughput: seconds for one corpus, start included, on two cores, ours and the peers in turn."""

import shutil
import statistics

from bed.scanners import KEYSTEWARD, PEERS, NotRun
from detection.folder import documents_of
from detection.innocent import documents

# How many times as fast as the peer, by design/admission.md.
FLOORS = {"gitleaks": 20, "betterleaks": 4, "kingfisher": 2}
CORPUS_BYTES = 24 << 20
ROUNDS = 3


def write_corpus(folder, real):
    """Innocent documents, real ones first, a few hundred a file as `helm template` prints them."""
    texts = [text for _, text in documents_of(real)] if real else []
    texts += [text for _, text in documents(3000, "throughput")]
    size = file = at = 0
    while size < CORPUS_BYTES:
        chunk = []
        for _ in range(40):
            chunk.append(texts[at % len(texts)])
            at += 1
        text = "\n---\n".join(chunk)
        path = folder / f"{file // 100:03d}" / f"{file:05d}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        size += len(text)
        file += 1
    return size


def compare(temporary, real, figures):
    corpus = temporary / "corpus"
    size = write_corpus(corpus, real)
    scanners = [KEYSTEWARD]
    for peer in PEERS:
        if peer.name not in FLOORS:
            continue
        try:
            peer.find()
            scanners.append(peer)
        except NotRun as why:
            print(f"{peer.name}: not run: {why}")
    spent = {scanner.name: [] for scanner in scanners}
    for _ in range(ROUNDS):
        for scanner in scanners:
            spent[scanner.name].append(scanner.timed(corpus, temporary / "throughput.json")[0])
    ours = statistics.median(spent["keysteward"])
    figures.told("keysteward: corpus", size / ours / 1e6, "MB/s", f"{size / 1e6:.0f} MB, median of {ROUNDS}")
    for peer in scanners[1:]:
        theirs = statistics.median(spent[peer.name])
        figures.told(f"{peer.name}: corpus", size / theirs / 1e6, "MB/s")
        figures.at_least(f"times as fast as {peer.name}", theirs / ours, FLOORS[peer.name], "x")
    shutil.rmtree(corpus)
