"""`python -m dlnotes` is the command `dlnotes`."""

import sys

from .cli import main

sys.exit(main())
