"""The judges of the scenarios are tested without a cluster: each must be able to say no."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
