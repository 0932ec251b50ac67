#!/usr/bin/env python3
"""Fills the cache of foreign.py, so that no test needs the network. What cannot be had is told."""

import sys

from foreign import Unavailable, kinds

for kind in kinds().values():
    try:
        kind.fetch()
    except Unavailable as unavailable:
        print(f"{unavailable}\nthe tests with it are skipped", file=sys.stderr)
