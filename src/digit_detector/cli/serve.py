"""`digit-detector serve`: the page with the API, or the API alone, which needs no Streamlit."""

import argparse
from collections.abc import Sequence

PORT = 8501


def main(argv: Sequence[str]) -> int:
    """Run `serve` until the process is asked to end."""
    parser = argparse.ArgumentParser(prog="digit-detector serve", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="by default %(default)s")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 serves other machines, too")
    parser.add_argument("--base-path", default="", help="serve below a path, such as /digits behind a proxy")
    parser.add_argument("--api-only", action="store_true", help="serve the HTTP API without the page")
    arguments = parser.parse_args(argv)
    if arguments.api_only:
        from digit_detector.server.app import run
    else:
        from digit_detector.page.serving import run
    run(arguments.host, arguments.port, arguments.base_path)
    return 0
