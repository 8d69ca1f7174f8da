"""The messages between browser and page, as far as the server must know them: which start a run, and which end one."""

from collections.abc import Hashable
from typing import Final

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_TRIGGERS: Final = frozenset(("trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"))
_MAX_END_BYTES: Final = 500  # of the message that ends a run; those with content are longer, and need no parsing


def stroke_key(data: bytes) -> Hashable | None:
    """Return a key that is equal for messages of which the newest replaces the others; None for any other message.

    Such a message has the state of all widgets and asks for one part of the page, as each stroke does. A pressed button
    is in one message only, so that this must not be replaced.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None  # Streamlit closes the connection
    request = message.rerun_script
    if not request.fragment_id or any(
        widget.WhichOneof("value") in _TRIGGERS for widget in request.widget_states.widgets
    ):
        return None
    return request.fragment_id, request.page_script_hash, request.query_string


def ends_run(data: bytes) -> bool:
    """Whether a message to the browser says that a run of the page is over."""
    return 0 < len(data) <= _MAX_END_BYTES and ForwardMsg.FromString(data).WhichOneof("type") == "script_finished"
