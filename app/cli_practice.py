"""`abreast practice`: the practice models' server for other programs."""

import sys
from argparse import Namespace

from providers.practice.faults import GRAMMAR, FaultError, parse
from providers.practice.process import serve

USAGE = 2


def main(options: Namespace) -> int:
    try:
        parse(options.fault)
    except FaultError as error:
        sys.stderr.write(f"abreast practice: a bad --fault: {error}\n\n{GRAMMAR}\n")
        return USAGE
    return serve(port=options.port, fault=options.fault, log=options.log)
