"""`python -m providers.practice`: the practice models' server as a command."""

import argparse
import ctypes
import os
import platform
import signal
import sys
from collections.abc import Sequence

from providers.practice.ask import PaceWish
from providers.practice.faults import GRAMMAR, FaultError, parse
from providers.practice.process import serve

PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        parse(options.fault)
    except FaultError as error:
        sys.stderr.write(f"practice: a bad --fault: {error}\n\n{GRAMMAR}\n")
        return 2
    if options.die_with_parent and not _die_with_parent(os.getppid()):
        return 0
    pace = PaceWish(options.ttft_ms, options.tokens_per_s, options.jitter)
    return serve(port=options.port, fault=options.fault, log=options.log, pace=pace)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m providers.practice",
        description="Serves three tiny language models on 127.0.0.1, in five dialects.",
        epilog=GRAMMAR,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--fault", default="", metavar="SPEC", help="what goes wrong with every request, see below")
    parser.add_argument("--log", metavar="FILE", help="append a JSON line for each request, first byte and end")
    parser.add_argument("--ttft-ms", type=float, help="time to first token, instead of the models' own")
    parser.add_argument("--tokens-per-s", type=float, help="speed, instead of the models' own; 0 is as fast as it goes")
    parser.add_argument("--jitter", type=float, help="spread of each wait, from 0 to 1")
    parser.add_argument("--die-with-parent", action="store_true", help="end when the parent process dies (Linux)")
    return parser


def _die_with_parent(parent: int) -> bool:
    """Asks the system for a signal when the parent dies; False if it already has."""
    if platform.system() != "Linux":
        return True
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


if __name__ == "__main__":
    sys.exit(main())
