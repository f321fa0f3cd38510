"""`python -m kerlint` is `kerlint`."""

import sys

from kerlint.cli import main

sys.exit(main())
