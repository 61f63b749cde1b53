"""The command line: `abreast run`, `models`, `keys`, `budgets`, `ledger`, … Nothing of the window is loaded."""

import argparse
import math
import sys
from datetime import date

from app.cli_help import BUDGETS, DIFF, EXPORT, HISTORY, KEYS, LEDGER, MODELS, PRACTICE, RUN, SERVE, TOP, WATCH
from app.no_core import leave_no_core
from app.release import release

USAGE, INTERRUPTED = 2, 130
BY = ("vendor", "model", "endpoint", "user", "day", "session", "lane", "role", "outcome")


def main(argv: list[str]) -> int:
    """Carries out `argv`, the words after the program's name; the exit code."""
    try:
        options = parser().parse_args(argv)
    except SystemExit as ending:  # --help, --version, or a usage error that argparse has told
        return ending.code if isinstance(ending.code, int) else USAGE
    try:
        return _carry_out(options)
    except KeyboardInterrupt:
        return INTERRUPTED


def _carry_out(options: argparse.Namespace) -> int:
    """Each command's modules are imported when it is used: `--version` need not wait for them."""
    leave_no_core()
    match options.command:
        case "run":
            from app import cli_run

            return cli_run.main(options)
        case "models":
            from app import cli_models

            return cli_models.main(options)
        case "export":
            from app import cli_export

            return cli_export.main(options)
        case "history":
            from app.history import cli as cli_history

            return cli_history.main(options)
        case "budgets":
            from app.budgets import cli as cli_budgets

            return cli_budgets.main(options)
        case "ledger":
            from app.ledger import cli as cli_ledger

            return cli_ledger.main(options)
        case "diff":
            from app import cli_diff

            return cli_diff.main(options)
        case "watch":
            from app import cli_watch

            return cli_watch.main(options)
        case "keys":
            from app import cli_keys

            return cli_keys.main(options)
        case "serve":
            from app.gateway import cli as cli_serve

            return cli_serve.main(options)
        case _:
            from app import cli_practice

            return cli_practice.main(options)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="abreast", description=TOP, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"abreast {release()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_run(_command(commands, "run", "send a prompt through lanes and print the answers", RUN))
    _add_models(_command(commands, "models", "list what `vendor/model` may be", MODELS))
    _add_keys(_command(commands, "keys", "store, list, delete and test keys in the system's keyring", KEYS))
    _add_export(_command(commands, "export", "write a session in another format to standard output", EXPORT))
    _add_history(_command(commands, "history", "search what was ever asked, or delete it", HISTORY))
    _add_budgets(_command(commands, "budgets", "what may be spent, and what is left of it", BUDGETS))
    _add_ledger(_command(commands, "ledger", "what was spent, and for what", LEDGER))
    _add_diff(_command(commands, "diff", "show what changed between two runs of sessions", DIFF))
    _add_watch(_command(commands, "watch", "run a session anew and tell whether it has drifted", WATCH))
    _add_serve(_command(commands, "serve", "serve a route to other programs on this machine", SERVE))
    _add_practice(_command(commands, "practice", "serve the practice models on this machine", PRACTICE))
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, short: str, long: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=short,
        description=f"{short[0].upper()}{short[1:]}.",
        epilog=long,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("session", nargs="?", metavar="SESSION", help="a session's file, which is run anew")
    run.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the session")
    run.add_argument("--save", metavar="OUT", help="write the session with its new runs to this file")
    run.add_argument("--onward", action="store_true", help="allow parameters of the session that send keys on")
    run.add_argument("--prompt", metavar="TEXT", help="the prompt, or - for standard input")
    run.add_argument("--system", metavar="TEXT", help="the system prompt")
    run.add_argument("--lane", action="append", default=[], metavar="LANE", help="what to run; repeatable")
    run.add_argument("--repeat", type=_count, default=1, metavar="N", help="send the prompt N times down each lane")
    run.add_argument("--warmup", type=_number, default=0, metavar="N", help="before those, N that do not count")
    run.add_argument("--order", choices=("random", "fixed"), help="of the lanes in each round (fixed)")
    run.add_argument("--seed", type=_number, metavar="N", help="draws a random order again")
    run.add_argument("--concurrency", type=_count, metavar="N", help="at once to each vendor; 1: one after the other")
    run.add_argument("--stats", action="store_true", help="at the end, what the repeats show, with intervals")
    run.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="a parameter; repeatable")
    run.add_argument(
        "--attach", action="append", default=[], metavar="FILE|URL", help="a picture or a document; repeatable"
    )
    run.add_argument("--tools", metavar="FILE", help="the tools that the model may call, as JSON")
    run.add_argument("--tool-choice", metavar="NAME", help="auto, none, required or the name of a tool")
    run.add_argument("--schema", metavar="FILE", help="the JSON schema that the answer is to fit")
    run.add_argument("--key-env", action="append", default=[], metavar="[ORIGIN=]NAME", help="a key for URL lanes")
    run.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="time allowed until the answer begins")
    run.add_argument("--idle-timeout", type=_seconds, metavar="SECONDS", help="time allowed between two pieces of it")
    run.add_argument("--warm", action="store_true", help="open the connections before the start; the result says so")
    run.add_argument("--retries", type=_retries, metavar="N", help="tries after a failure before any content (2)")
    run.add_argument("--fault", metavar="SPEC", help="make this go wrong on purpose; see faults below")
    run.add_argument("--fault-at", metavar="LANE", help="at this model of a route, or this lane, only")
    run.add_argument("--json", action="store_true", help="print one JSON line per run, as each ends")
    run.add_argument("--events", action="store_true", help="print every event as a JSON line, and what --json prints")


def _add_models(models: argparse.ArgumentParser) -> None:
    models.add_argument("vendor", nargs="?", metavar="VENDOR", help="only this one's models")
    models.add_argument("--json", action="store_true", help="print one JSON line per model")
    models.add_argument("--fresh", action="store_true", help="ask even where the list is less than an hour old")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    what = keys.add_subparsers(dest="what", metavar="set|list|delete|test", required=True)
    for name, short in (
        ("set", "store a key, which is typed unseen or read from standard input"),
        ("list", "which keys there are, by their last four signs"),
        ("delete", "take a key out of the keyring"),
        ("test", "ask the vendor for its models with the key"),
    ):
        each = what.add_parser(name, help=short, description=f"{short[0].upper()}{short[1:]}.", allow_abbrev=False)
        each.add_argument("vendor", metavar="VENDOR", nargs="?" if name == "list" else None, help="whose key")
        each.add_argument("--name", metavar="N", help="the key's name, where a vendor has several (default)")
        if name == "set":
            each.add_argument("key", nargs="*", help=argparse.SUPPRESS)  # taken, so that it is not quoted
            each.add_argument(
                "--unencrypted", action="store_true", help="allow it for an http:// address that is not this machine's"
            )


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("session", metavar="SESSION", help="a session's file")
    export.add_argument("--format", choices=("md", "html", "csv", "jsonl", "json"), default="md", help="(md)")


def _add_history(history: argparse.ArgumentParser) -> None:
    what = history.add_subparsers(dest="what", metavar="search|delete", required=True)
    search = what.add_parser("search", help="what was asked and answered", description=HISTORY, allow_abbrev=False)
    search.add_argument("text", nargs="*", metavar="TEXT", help="words, phrases in quotes and filters")
    search.add_argument("--limit", type=_count, default=20, metavar="N", help="how many at most (20)")
    search.add_argument("--json", action="store_true", help="print one JSON line per run, with all of its text")
    delete = what.add_parser("delete", help="for good", description="Deletes for good.", allow_abbrev=False)
    which = delete.add_mutually_exclusive_group(required=True)
    which.add_argument("--before", type=_date, metavar="DATE", help="everything older than 2026-11-24, in UTC")
    which.add_argument("--session", metavar="ID", help="every run of that session")
    which.add_argument("--all", action="store_true", help="everything")


def _add_budgets(budgets: argparse.ArgumentParser) -> None:
    what = budgets.add_subparsers(dest="what", metavar="list|set|remove")
    shown = what.add_parser("list", help="how they stand", description=BUDGETS, allow_abbrev=False)
    shown.add_argument("--json", action="store_true", help="print one JSON line for each")
    made = what.add_parser("set", help="set one, or change it", description=BUDGETS, allow_abbrev=False)
    gone = what.add_parser("remove", help="remove one", description="Removes a budget.", allow_abbrev=False)
    for each in (made, gone):
        each.add_argument("scope", metavar="SCOPE", help="user, or vendor|model|endpoint|session, with :NAME for one")
    made.add_argument("limit", metavar="LIMIT", help="'5 USD', '200k tokens', '100 requests'")
    gone.add_argument("unit", metavar="UNIT", help="tokens, requests or a currency")
    for each in (made, gone):
        each.add_argument("window", metavar="WINDOW", choices=("hour", "day", "month"), help="hour, day or month")
    made.add_argument("--then", choices=("warn", "block", "stop"), default="stop", help="at the limit (stop)")
    made.add_argument("--warn", default="80", metavar="PERCENT", help="told when so much is spent (80)")
    made.add_argument("--unpriced", choices=("allow", "block"), default="allow", help="models without a price (allow)")


def _add_ledger(ledger: argparse.ArgumentParser) -> None:
    ledger.add_argument("what", nargs="?", choices=("reprice", "reconcile"), help="beside the sums: see below")
    ledger.add_argument("--by", choices=BY, action="append", help="what the sums are of; repeatable (model)")
    ledger.add_argument("--since", metavar="DATE", help="from that day on: 2026-11-24, 2026-11, 7d; UTC")
    ledger.add_argument("--until", metavar="DATE", help="up to and with that day, month or year")
    ledger.add_argument(
        "--with", dest="prices", metavar="PRICES", help="genai-prices, vendor/model, or a FILE of prices"
    )
    ledger.add_argument(
        "--keep", action="store_true", help="add what reprice finds to the ledger, beside what is there"
    )
    ledger.add_argument("--repriced", metavar="ID", help="the sums as a kept re-pricing has them")
    ledger.add_argument("--practice", action="store_true", help="with the practice models, whose money is play money")
    form = ledger.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON line for each line")
    form.add_argument("--csv", action="store_true", help="print comma-separated values")


def _add_diff(diff: argparse.ArgumentParser) -> None:
    diff.add_argument("a", metavar="A", help="a session's file, or FILE#RUN")
    diff.add_argument("b", metavar="B", help="what it is compared with")
    for name, what in (("ttft", "time to first token"), ("total", "time"), ("cost", "cost"), ("tokens", "output")):
        diff.add_argument(f"--max-{name}", type=_percent, metavar="PERCENT", help=f"how much more {what} there may be")
    diff.add_argument("--min-similarity", type=_share, metavar="SHARE", help="how much of the text is to be the same")
    diff.add_argument("--json", action="store_true", help="print one JSON line per pair of runs")


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--route", action="append", required=True, metavar="NAME", help="a route of yours; repeatable")
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="0, the default, takes a free one")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (127.0.0.1)")
    serve.add_argument("--token-env", metavar="NAME", help="the variable that holds the token which clients must send")


def _add_watch(watch: argparse.ArgumentParser) -> None:
    watch.add_argument("session", metavar="SESSION", help="a session's file, which is run anew")
    watch.add_argument("--against", required=True, metavar="BASELINE", help="a session's file with runs of before")
    watch.add_argument("--repeat", type=_count, default=1, metavar="N", help="run it N times")
    watch.add_argument("--warmup", type=_number, default=0, metavar="N", help="before those, N that do not count")
    watch.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the session")
    watch.add_argument("--key-env", action="append", default=[], metavar="[ORIGIN=]NAME", help="a key for URL lanes")
    watch.add_argument("--save", metavar="OUT", help="write the session with its new runs to this file")
    watch.add_argument("--onward", action="store_true", help="allow parameters of the session that send keys on")
    for name, what in (
        ("ttft", "more time to first token"),
        ("total", "more time"),
        ("cost", "more cost"),
        ("tokens", "more or less output"),
        ("length", "more or less text"),
        ("slowdown", "fewer tokens per second"),
    ):
        watch.add_argument(f"--max-{name}", type=_percent, metavar="PERCENT", help=f"how much {what} there may be")
    watch.add_argument("--min-similarity", type=_share, metavar="SHARE", help="how alike answers are to be")
    watch.add_argument("--schema", dest="fits", metavar="FILE", help="the JSON schema that answers have to fit")
    watch.add_argument(
        "--min-valid", type=_share, default=1.0, metavar="SHARE", help="how many have to fit it; all, unless said"
    )
    watch.add_argument("--any-model", action="store_true", help="another model may serve")
    watch.add_argument("--json", action="store_true", help="print one JSON line per lane and turn")


def _add_practice(practice: argparse.ArgumentParser) -> None:
    practice.add_argument("--port", type=_port, default=0, metavar="N", help="0, the default, takes a free one")
    practice.add_argument("--fault", default="", metavar="SPEC", help="what goes wrong with every request")
    practice.add_argument("--log", metavar="FILE", help="append a JSON line for each request and how it ended")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return int(text)


def _retries(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 9")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds


def _percent(text: str) -> float:
    try:
        percent = float(text.removesuffix("%"))
    except ValueError:
        percent = math.nan
    if not math.isfinite(percent):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of percent")
    return percent / 100


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2026-11-24") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return share


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
