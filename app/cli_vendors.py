"""Which vendors a call of the command line knows: those that ship, and those in the user's file."""

import sys

from app.contact_file import ContactFile
from app.directory import Directory
from app.home import folder
from app.printing_text import harmless


def known_vendors(command: str) -> Directory:
    """What in the file cannot be used is told on standard error, and hinders nothing else."""
    directory = Directory()
    contacts, troubles = ContactFile(folder()).load()
    for trouble in troubles:
        sys.stderr.write(f"abreast {command}: {harmless(trouble)}\n")
    directory.learn(contacts)
    return directory
