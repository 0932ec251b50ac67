#!/usr/bin/env python3
"""Fills the cache of foreign.py, so that no test needs the network. What cannot be had is told; in CI it is an error."""

import os
import sys

from foreign import Unavailable, kinds

failed = False
for kind in kinds().values():
    try:
        kind.fetch()
    except Unavailable as unavailable:
        print(f"{unavailable}\nthe tests with it are skipped", file=sys.stderr)
        failed = True
sys.exit(failed and "CI" in os.environ)
