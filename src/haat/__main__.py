"""`python -m haat` is `haat`."""

import sys

from haat.cli import main

sys.exit(main())
