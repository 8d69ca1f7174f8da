"""Receipts: the code by which people see and delete what they gave, of which the store knows the hash alone."""

import hashlib
import secrets
from typing import Final

# Crockford's base 32: no letter that could be taken for another letter or a digit.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans("OIL", "011")
_GROUPS: Final = 5
_GROUP: Final = 4


def new_receipt() -> str:
    """A code of 100 random bits, such as `7K3M-9QXR-0ZVB-W2T8-HJ5N`."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_of(receipt: str) -> str:
    """What the store keeps of a code, in hexadecimal; small letters, spaces and lookalikes are forgiven."""
    plain = "".join(filter(str.isalnum, receipt.upper())).translate(_LOOKALIKES)
    # As many bits as these need no slow hash: they cannot be guessed.
    return hashlib.sha256(plain.encode()).hexdigest()
