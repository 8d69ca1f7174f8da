"""Create receipts: codes with which people see and delete their contributions. The store has only their hashes."""

import hashlib
import secrets
from typing import Final

# Crockford's base 32, without letters that resemble digits or other letters.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_GROUPS: Final = 5
_GROUP_LENGTH: Final = 4


def new_receipt() -> str:
    """Return a code of 100 random bits, such as `7K3M-9QXR-0ZVB-W2T8-HJ5N`."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_of(receipt: str) -> str:
    """Return the hexadecimal hash of a code, regardless of case, spaces, hyphens and look-alike letters."""
    canonical = "".join(filter(str.isalnum, receipt.upper())).translate(_LOOKALIKES)
    # 100 random bits cannot be guessed, so a fast hash is enough.
    return hashlib.sha256(canonical.encode()).hexdigest()
