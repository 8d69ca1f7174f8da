"""Weights from a model repository on the Hugging Face Hub."""

import hashlib
import logging
from pathlib import Path

from digit_detector.errors import WeightsError, how_to_install, one_line

_log = logging.getLogger("digit_detector")


def download(repository: str, revision: str | None, filename: str) -> Path:
    """Return a file of a model repository, from huggingface_hub's cache if it is there, and log its SHA-256.

    The cache names a file after the checksum that the Hub gave; the content is compared with it.

    Args:
        repository: OWNER/NAME.
        revision: branch, tag or commit; by default the main branch, or its cached state without a connection.

    Raises:
        WeightsError: huggingface_hub is not installed, the Hub cannot be reached, it lacks the repository, the revision
            or the file, or the file is damaged.
    """
    try:
        from huggingface_hub import errors, hf_hub_download
    except ImportError:
        raise WeightsError(f"huggingface_hub is not installed: {how_to_install('hub')}") from None
    try:
        path = Path(hf_hub_download(repository, filename, revision=revision))
    except errors.HFValidationError as error:
        raise WeightsError(f"{repository!r} is not a repository on the Hub: give OWNER/NAME") from error
    except errors.RepositoryNotFoundError as error:
        raise WeightsError(
            f"the Hub shows no model repository {repository}: check the name, or log in with `hf auth login`"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise WeightsError(f"{repository} has no revision {revision}: name a branch, a tag or a commit") from error
    except errors.RemoteEntryNotFoundError as error:
        raise WeightsError(
            f"{repository} has no file {filename}: name a repository of this project's weights"
        ) from error
    except OSError as error:  # the Hub's other answers, a missing connection, a full disk
        reason = one_line(error.__cause__ or error)
        raise WeightsError(
            f"{filename} of {repository} is not in the cache and cannot be downloaded ({reason}): check the connection"
        ) from error
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    stored = path.resolve()
    if len(stored.name) == len(digest) and stored.name != digest:
        raise WeightsError(f"{stored} is damaged, its SHA-256 is {digest}: delete it and load the weights again")
    _log.info("%s of %s, commit %s, SHA-256 %s", filename, repository, path.parent.name, digest)
    return path
