"""The prompt library in the engine, in a thread of its own that may wait for the disk."""

import asyncio
import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app import whole_file
from app.library.codec import MOST_BYTES, PromptError, imported, many_to_bytes, to_bytes
from app.library.document import NamedPrompt
from app.library.store import Library
from app.library.wishes import (
    AskPrompts,
    ExportPrompts,
    ImportPrompts,
    KeepPrompts,
    LibraryTold,
    LibraryWish,
    PromptsTold,
    RemovePrompt,
)
from app.tasks import Tasks

Said = tuple[str, bool, str]
"""A sentence, whether it is good news, and the id of a prompt that has just come."""


class LibraryDesk:
    def __init__(self, data: Path, tasks: Tasks, tell: Callable[[LibraryTold], None]) -> None:
        self._library, self._tasks, self._tell = Library(data), tasks, tell
        self._thread = ThreadPoolExecutor(1, "library")

    def wish(self, wish: LibraryWish) -> None:
        """Handed in at once, so that wishes are carried out in their order."""
        done = asyncio.get_running_loop().run_in_executor(self._thread, self._carried_out, wish)
        self._tasks.start(self._told(done), name="library")

    async def _told(self, done: "asyncio.Future[LibraryTold]") -> None:
        self._tell(await done)

    async def aclose(self) -> None:
        """What was handed in is still done."""
        await asyncio.get_running_loop().run_in_executor(self._thread, _nothing)
        self._thread.shutdown()

    # In the thread

    def _carried_out(self, wish: LibraryWish) -> LibraryTold:
        said, is_good, shown = self._done(wish)
        prompts, wrong = self._library.prompts()
        if wrong:
            said, is_good = " ".join(filter(None, (said, *wrong[:3]))), False
        return PromptsTold(prompts, said, is_good, shown)

    def _done(self, wish: LibraryWish) -> Said:
        try:
            match wish:
                case AskPrompts():
                    return "", True, ""
                case KeepPrompts(prompts=prompts):
                    self._library.keep(prompts)
                    return "", True, ""
                case RemovePrompt(id=id_):
                    self._library.remove(id_)
                    return "", True, ""
                case ImportPrompts(paths=paths):
                    return self._import(paths)
                case ExportPrompts(path=path, ids=ids):
                    return self._export(Path(path), ids)
        except PromptError as error:
            return f"The prompt is not kept: its file {error}.", False, ""
        except OSError as error:
            return f"The library cannot be written: {_reason(error)}.", False, ""

    def _import(self, paths: tuple[str, ...]) -> Said:
        """What can be read comes in; of the rest it is said why it does not."""
        come, wrong = list[NamedPrompt](), list[str]()
        for path in map(Path, paths):
            try:
                if path.stat().st_size > MOST_BYTES:
                    raise PromptError(f"is larger than {MOST_BYTES >> 20} MiB, and no prompt is")
                come += imported(path.read_bytes(), path.name)
            except PromptError as error:
                wrong.append(f"{path.name} {error}.")
            except OSError as error:
                wrong.append(f"{path.name} cannot be read: {error.strerror}.")
        self._library.keep(come)
        count = "1 prompt was" if len(come) == 1 else f"{len(come)} prompts were"
        said = " ".join((*((f"{count} imported.",) if come else ()), *wrong))
        return said, not wrong, come[0].id if come else ""

    def _export(self, path: Path, ids: tuple[str, ...]) -> Said:
        prompts = tuple(each for each in self._library.prompts()[0] if not ids or each.id in ids)
        if path.suffix.lower() in (".txt", ".md") and len(prompts) == 1:
            data = prompts[0].newest.text.encode()
        else:
            data = to_bytes(prompts[0]) if len(prompts) == 1 else many_to_bytes(prompts)
        try:
            whole_file.write(path, data)
        except OSError as error:
            return f"{path.name} cannot be written: {_reason(error)}.", False, ""
        return f"Written to {path}.", True, ""


def _nothing() -> None:
    """What is handed in last: when it is done, all before it is."""


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "there is no space left on the disk"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "it may not be written to"
        case _:
            return error.strerror or type(error).__name__
