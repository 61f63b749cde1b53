"""Whether a window can be opened here at all, asked before Qt is, since Qt aborts the process where it cannot.

Sentences say what is missing and what to do about it.
"""

import ctypes
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

ELSEWHERE = "Without a window, `abreast run` and the other sub-commands work; see `abreast --help`."
_PACKAGES = {
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libxcb-util": "libxcb-util1",
    "libxcb-randr": "libxcb-randr0",
    "libxcb-render.": "libxcb-render0",
    "libxcb-shm": "libxcb-shm0",
    "libxcb-sync": "libxcb-sync1",
    "libxcb-xfixes": "libxcb-xfixes0",
    "libxcb-xkb": "libxcb-xkb1",
    "libxcb.": "libxcb1",
    "libX11-xcb": "libx11-xcb1",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libxkbcommon": "libxkbcommon0",
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libdbus-1": "libdbus-1-3",
    "libfontconfig": "libfontconfig1",
    "libglib-2.0": "libglib2.0-0",
}
"""What Debian and Ubuntu call the packages; other systems have similar names."""
_X_LIBRARIES = (
    *("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-util.so.1", "libxcb-image.so.0", "libxcb-keysyms.so.1"),
    *("libxcb-randr.so.0", "libxcb-render-util.so.0", "libxcb-shm.so.0", "libxcb-sync.so.1", "libxcb-xfixes.so.0"),
    *("libxcb-render.so.0", "libxcb-shape.so.0", "libxcb-xkb.so.1", "libX11-xcb.so.1"),
    *("libxkbcommon.so.0", "libxkbcommon-x11.so.0"),
)
"""What Qt's X11 plugin is linked with. Loading the plugin itself would ask the same, but ctypes resolves all its
symbols at once, which costs 20 ms before the first paint."""


def obstacle(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """Why no window can be opened, as sentences for the user; None if nothing is known to be in the way."""
    if platform != "linux":
        return None
    wishes = [wish.partition(":")[0] for wish in environ.get("QT_QPA_PLATFORM", "").split(";") if wish]
    if not wishes:
        return _on_screen(environ, ("wayland", "xcb"))
    screens = tuple(wish for wish in wishes if wish in ("xcb", "wayland", "wayland-egl"))
    if len(screens) < len(wishes):
        return _unknown(wishes)
    return _on_screen(environ, screens)


def _unknown(wishes: list[str]) -> str | None:
    """Qt aborts where none of the platforms asked for exists."""
    there = {path.name[4:-3] for path in _plugins().glob("libq*.so")}
    if not there or any(wish in there for wish in wishes):
        return None
    return f"QT_QPA_PLATFORM asks for {';'.join(wishes)}, and Qt has no such platform. Unset it, or set it to xcb."


def _on_screen(environ: Mapping[str, str], screens: tuple[str, ...]) -> str | None:
    wayland = any(screen.startswith("wayland") for screen in screens) and _wayland_answers(environ)
    if wayland:
        return None
    display = environ.get("DISPLAY", "")
    if "xcb" not in screens or not display:
        return (
            "There is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY leads to one. "
            f"Start Abreast from a graphical session, or connect with `ssh -X`. {ELSEWHERE}"
        )
    return _x_obstacle(display)


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    path = Path(environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / name  # an absolute name replaces the folder
    import socket  # only here: it takes 4 ms to import

    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except (OSError, ValueError):
            return False
    return True


def _x_obstacle(display: str) -> str | None:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return _missing(str(error))
    if not _x_answers(xcb, display):
        return (
            f"The display {display!r} (from DISPLAY) does not answer or does not let us in. "
            f"Check DISPLAY, or start Abreast from a graphical session. {ELSEWHERE}"
        )
    return _missing_x_library()


def _missing_x_library() -> str | None:
    for name in _X_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError as error:
            return _missing(str(error))
    return None


def _x_answers(xcb: ctypes.CDLL, display: str) -> bool:
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _plugins() -> Path:
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return Path("/nonexistent")
    return Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms"


def missing_library(error: BaseException) -> str:
    """The sentence for an import that failed because a system library is not there."""
    return _missing(str(error))


def _missing(error: str) -> str:
    library = error.partition(":")[0].strip()
    package = next((found for name, found in _PACKAGES.items() if library.startswith(name)), None)
    hint = f"on Debian and Ubuntu: `apt install {package}`" if package else "install it with the system's packages"
    return f"Qt needs a system library that is not there: {library or error} ({hint}). {ELSEWHERE}"
