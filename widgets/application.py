"""The window's composition root: the only place that knows in which order things are made and end.

What is imported above is all that the first paint needs. Everything else follows while the window is already there:
its content, then asyncio, the engine's client and the graphs.
"""

import faulthandler
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from app.home import folder, peek
from app.no_core import leave_no_core
from widgets.frame import Frame


def main(words: Sequence[str] = ()) -> int:
    """Opens the window and runs until it is closed; the exit code. `words` are a session's file, or `--new`, and Qt's
    own options."""
    leave_no_core()
    if sys.stderr is not None:
        faulthandler.enable()
    ours = [word for word in words if word == "--new" or word.endswith(".abreast")]
    app = QApplication(["abreast", *(word for word in words if word not in ours)])
    app.setApplicationName("abreast")
    app.setApplicationDisplayName("Abreast")
    app.setDesktopFileName("abreast")
    app.setQuitOnLastWindowClosed(False)
    home = folder()
    frame = Frame(*peek(home))
    frame.show_painted()

    from widgets.desktop import Desktop

    desktop = Desktop(app, frame, home)
    desktop.show()
    try:
        from widgets.live import live
        from widgets.loop import run

        return run(lambda: live(desktop, ours[0] if ours else ""), app)
    except KeyboardInterrupt:
        return 130
    finally:
        desktop.end()
