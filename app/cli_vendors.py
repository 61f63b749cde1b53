"""What a call of the command line takes over from the window: the user's own vendors, and the way to them."""

import sys

from app.contact_file import ContactFile
from app.directory import Directory
from app.home import folder
from app.network import USUAL
from app.network_plan import NetworkError, of_settings, plan, system_proxies
from app.printing_text import harmless
from providers.network import Plan


def known_vendors(command: str) -> Directory:
    """What in the file cannot be used is told on standard error, and hinders nothing else."""
    directory = Directory()
    contacts, troubles = ContactFile(folder()).load()
    for trouble in troubles:
        sys.stderr.write(f"abreast {command}: {harmless(trouble)}\n")
    directory.learn(contacts)
    return directory


def known_way(command: str, directory: Directory) -> Plan:
    """As the settings wish it; what cannot be carried out is told, and the usual way is taken."""
    system = system_proxies()
    try:
        return plan(of_settings(folder()), system, directory)
    except NetworkError as error:
        sys.stderr.write(f"abreast {command}: the network settings are not used: {harmless(str(error))}\n")
        return plan(USUAL, system, directory)
