#!/usr/bin/env python3
"""Callkeeper's command line."""

import sys

from automation.cli.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
