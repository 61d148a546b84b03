"""A worker of `motcua archive run`: `bulk.hand` joined to the bucket that its scans may lie in.

`python -m chalicelib.cli.hand FOLDER`. In and out as `bulk.hand`; boto3 is loaded when a scan lies in S3.
"""

import sys
from functools import cache

from chalicelib import wiring
from chalicelib.bulk import hand

if __name__ == "__main__":
    hand.main(sys.argv[1], cache(wiring.scans))
