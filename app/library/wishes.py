"""What the window and the engine say to each other of the prompt library."""

import msgspec

from app.library.document import NamedPrompt


class AskPrompts(msgspec.Struct, frozen=True, tag="ask_prompts"):
    """Which prompts are there?"""


class KeepPrompts(msgspec.Struct, frozen=True, tag="keep_prompts"):
    """New ones, or ones that were changed."""

    prompts: tuple[NamedPrompt, ...]


class RemovePrompt(msgspec.Struct, frozen=True, tag="remove_prompt"):
    id: str


class ImportPrompts(msgspec.Struct, frozen=True, tag="import_prompts"):
    paths: tuple[str, ...]


class ExportPrompts(msgspec.Struct, frozen=True, tag="export_prompts"):
    """Write these to one file; all of them if none are named."""

    path: str
    ids: tuple[str, ...] = ()


class PromptsTold(msgspec.Struct, frozen=True, tag="prompts_told"):
    """All prompts, as they are now; `said` are sentences on what went wrong or was done, `is_good` which of both."""

    prompts: tuple[NamedPrompt, ...]
    said: str = ""
    is_good: bool = True
    shown: str = ""
    """The id of one that has just come."""


LibraryWish = AskPrompts | KeepPrompts | RemovePrompt | ImportPrompts | ExportPrompts
LibraryTold = PromptsTold
