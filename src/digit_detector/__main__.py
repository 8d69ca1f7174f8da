"""`python -m digit_detector`: the same as the command `digit-detector`."""

import sys

from digit_detector.cli import main

sys.exit(main())
