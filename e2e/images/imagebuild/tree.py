"""The file tree of one layer, written as a tar that depends on nothing but its content."""

import io
import os
import tarfile
from pathlib import Path


class Tree:
    """Paths (no leading slash) to files, links and folders, all owned by root unless said
    otherwise."""

    def __init__(self):
        self._entries = {}

    def folder(self, path, mode=0o755, owner=0):
        self._entries.setdefault(path.strip("/"), ("folder", mode, owner, b""))

    def file(self, path, content, mode=0o644):
        path = path.lstrip("/")
        self._parents(path)
        self._entries[path] = ("file", mode, 0, content)

    def link(self, path, target):
        path = path.lstrip("/")
        self._parents(path)
        self._entries[path] = ("link", 0o777, 0, target)

    def copy(self, source, path, mode=None):
        """One file of this machine. Executable there means executable here; nothing is writable
        by others."""
        source = Path(source)
        executable = os.access(source, os.X_OK)
        self.file(
            path, source.read_bytes(), mode if mode is not None else 0o755 if executable else 0o644
        )

    def copy_folder(self, source, path, skip=()):
        """A folder with its links, without the names in `skip` at its top."""
        source = Path(source)
        for entry in sorted(source.rglob("*")):
            relative = entry.relative_to(source)
            if relative.parts[0] in skip:
                continue
            target = f"{path}/{relative}"
            if entry.is_symlink():
                self.link(target, os.readlink(entry))
            elif entry.is_file():
                self.copy(entry, target)

    def _parents(self, path):
        for parent in reversed(Path(path).parents):
            if str(parent) != ".":
                self.folder(str(parent))

    def tar(self, time):
        """The layer, entries sorted by path, every time stamp `time`."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, (kind, mode, owner, content) in sorted(self._entries.items()):
                info = tarfile.TarInfo(path)
                info.mode, info.mtime, info.uid, info.gid = mode, time, owner, owner
                if kind == "folder":
                    info.type = tarfile.DIRTYPE
                elif kind == "link":
                    info.type, info.linkname = tarfile.SYMTYPE, content
                else:
                    info.size = len(content)
                archive.addfile(info, io.BytesIO(content) if kind == "file" else None)
        return out.getvalue()
