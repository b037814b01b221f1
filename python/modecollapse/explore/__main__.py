"""python3 -m modecollapse.explore: see modecollapse-explore."""

import sys

from . import main

sys.exit(main())
