"""The library on the disk: a folder with one file a prompt. What another window writes meanwhile is not lost."""

import re
from collections.abc import Iterable
from pathlib import Path

from app import whole_file
from app.library.codec import MOST_BYTES, SUFFIX, PromptError, from_bytes, to_bytes
from app.library.document import NamedPrompt, merged

FOLDER = "prompts"
LOCK = "library"
_FILE = re.compile(rf"[0-9A-Za-z_-]{{1,64}}{re.escape(SUFFIX)}")


class Library:
    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def prompts(self) -> tuple[tuple[NamedPrompt, ...], tuple[str, ...]]:
        """All of them, and a sentence for each file that cannot be read. Those files stay as they are."""
        good, wrong = [], []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else ():
            if not _FILE.fullmatch(path.name):
                continue
            try:
                good.append(self._read(path))
            except PromptError as error:
                wrong.append(f"{path.name} {error}.")
            except OSError as error:
                wrong.append(f"{path.name} cannot be read: {error.strerror}.")
        return tuple(good), tuple(wrong)

    def keep(self, prompts: Iterable[NamedPrompt]) -> None:
        """Raises `OSError`, and `PromptError` where a file stands in the way that a newer version has written."""
        with whole_file.locked(self.folder / LOCK):
            for prompt in prompts:
                self._keep(prompt)

    def remove(self, id_: str) -> None:
        """For good. Raises `OSError`."""
        with whole_file.locked(self.folder / LOCK):
            self._path(id_).unlink(missing_ok=True)

    def _keep(self, prompt: NamedPrompt) -> None:
        path = self._path(prompt.id)
        try:
            there = self._read(path)
        except FileNotFoundError:
            there = prompt
        whole_file.write(path, to_bytes(merged(there, prompt)))

    def _read(self, path: Path) -> NamedPrompt:
        if path.stat().st_size > MOST_BYTES:
            raise PromptError(f"is larger than {MOST_BYTES >> 20} MiB, and no prompt is")
        return from_bytes(path.read_bytes())

    def _path(self, id_: str) -> Path:
        name = f"{id_}{SUFFIX}"
        if not _FILE.fullmatch(name):
            raise PromptError("has an id that is none")
        return self.folder / name
