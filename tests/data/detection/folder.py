"""Real documents as a further innocent set: copied beside the generated ones, Secrets left out.

A document counts as kubectl would read it; files that are templates before rendering do not.
"""

import pathlib
import re

SEPARATOR = re.compile(r"^---[^\n]*\n", re.MULTILINE)
SECRET = re.compile(r"^\s*[\"']?kind[\"']?:\s*[\"']?Secret[\"']?\s*,?$", re.MULTILINE)
KIND = re.compile(r"^(apiVersion|kind):", re.MULTILINE)
LARGEST = 2_000_000


def documents_of(source):
    """Texts of the non-Secret Kubernetes documents below `source`, each once."""
    seen = set()
    for path in sorted(pathlib.Path(source).rglob("*.y*ml")):
        if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
            continue
        text = path.read_text(errors="replace")
        for document in SEPARATOR.split(text):
            if len(KIND.findall(document)) < 2 or SECRET.search(document) or "{{" in document.split("data:")[0]:
                continue
            if document not in seen:
                seen.add(document)
                yield path, document


def labels_of(source, folder):
    """Writes them below folder/real; nothing without a source."""
    labels = []
    for index, (path, document) in enumerate(documents_of(source) if source else []):
        target = folder / "real" / f"{index // 1000:03d}" / f"{index:06d}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(document)
        labels.append({"set": "real", "file": str(target.relative_to(folder)),
                       "place": str(path.relative_to(source))})
    return labels
