"""What the API says of itself: its OpenAPI description, which the tests hold it to."""

from importlib.metadata import version
from typing import Any, Final

from digit_detector.classes import CLASSES
from digit_detector.detect.backends import BACKENDS, DEVICES
from digit_detector.detect.detections import TOP
from digit_detector.limits import API_BURST, API_CLIENT_AT_ONCE, API_PER_SECOND, MAX_FILE_BYTES, MAX_PIXELS
from digit_detector.server.api_request import FIELD, FORM, KINDS

Schema = dict[str, Any]

_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
_LABEL: Final[Schema] = {"type": "string", "enum": list(CLASSES)}
_PIXELS: Final[Schema] = {"type": "number", "minimum": 0}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 1}
_NAME: Final[Schema] = {"type": "string", "minLength": 1}
_BYTES: Final[Schema] = {"type": "string", "format": "binary", "minLength": 1}


def _object(properties: Schema, **more: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), **more}


def _closed(properties: Schema) -> Schema:
    return _object(properties, additionalProperties=False)


def _array(items: Schema, low: int, high: int | None = None) -> Schema:
    return {"type": "array", "items": items, "minItems": low} | ({} if high is None else {"maxItems": high})


_IDENTITY: Final[Schema] = {
    "version": _NAME | {"description": "the release"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the weights file"},
}
_BEST: Final = _closed({"label": _LABEL, "score": _SHARE})
_DETECTION: Final = _closed(
    {
        "label": _LABEL,
        "score": _SHARE | {"description": "objectness times class probability"},
        "box": _array(_PIXELS, 4, 4) | {"description": "x0, y0, x1, y1 in pixels of the picture"},
        "top": _array(_BEST, TOP, TOP) | {"description": "the best classes, the first being `label`"},
    }
)
_SCHEMAS: Final[Schema] = {
    "Error": _closed({"error": _NAME | {"description": "the cause and the remedy, in one line"}}),
    "Health": _closed({"status": {"const": "ok"}}),
    "OpenAPI": _object({"openapi": _NAME}),
    "Detections": _closed(
        {
            "width": _COUNT,
            "height": _COUNT,
            "detections": _array(_DETECTION, 0) | {"description": "the objects found, best first"},
            "model": _closed(_IDENTITY),
            "milliseconds": {"type": "number", "exclusiveMinimum": 0},
        }
    ),
    "Model": _closed(
        {
            **_IDENTITY,
            "device": {"type": "string", "enum": list(DEVICES)},
            "runtime": {"type": "string", "enum": list(BACKENDS)},
            "classes": {"const": list(CLASSES)},
            "input_size": _COUNT | {"description": "side of the square input, px"},
            "strides": _array(_COUNT, 1) | {"description": "px a cell of each scale"},
            "anchors": _array(_array(_array(_PIXELS, 2, 2), 1), 1)
            | {"description": "width and height in px of the input, for each scale"},
            "network": _object({"width": _PIXELS, "depth": _PIXELS, "in_channels": _COUNT}),
            "score_threshold": _SHARE,
            "iou_threshold": _SHARE,
            "training": _object({}) | {"description": "how the weights were made"},
            "metrics": _object({}) | {"description": "what they reach"},
        }
    ),
}
_REASONS: Final = {
    400: "no picture, an empty one, or a form that cannot be read",
    408: "the picture did not arrive in time",
    413: f"more than {MAX_FILE_BYTES:,} bytes or {MAX_PIXELS:,} pixels",
    415: "not a PNG, JPEG or WebP picture, nor a form with one",
    422: "an unreadable or animated picture, or an invalid threshold",
    429: f"more than {API_BURST} requests at first, then {API_PER_SECOND:g} a second, or {API_CLIENT_AT_ONCE} at once",
    500: "an internal error, with the ID under which it is logged",
    503: "the weights cannot be loaded, or too many people are asking at once",
}
_LATER: Final = {"Retry-After": {"description": "seconds", "schema": _COUNT}}


def _answer(name: str, description: str, **more: Any) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"description": description, "content": content, **more}


def _errors(*statuses: int) -> Schema:
    return {
        str(status): _answer("Error", _REASONS[status], **({"headers": _LATER} if status == 429 else {}))
        for status in statuses
    }


def _threshold(name: str, effect: str) -> Schema:
    description = f"{effect}; default: the weights' own"
    return {"name": name, "in": "query", "required": False, "schema": _SHARE, "description": description}


_FORM: Final[Schema] = {
    "schema": _closed({FIELD: _BYTES}),
    "encoding": {FIELD: {"contentType": ", ".join(KINDS)}},
}
_DETECT: Final[Schema] = {
    "operationId": "detect",
    "summary": "Find and name every object in a picture",
    "description": "A PNG, JPEG or WebP picture as the body itself, or as a file in a form. Nothing of it is kept.",
    "parameters": [
        _threshold("score_threshold", "leave out what scores less"),
        _threshold("iou_threshold", "IoU above which the lower-scoring box is dropped"),
    ],
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": _BYTES} for kind in KINDS} | {FORM: _FORM},
    },
    "responses": {"200": _answer("Detections", "what was found"), **_errors(*_REASONS)},
}


def _get(operation: str, summary: str, answer: Schema) -> Schema:
    responses = {"200": answer, **_errors(500, 503)}
    return {"get": {"operationId": operation, "summary": summary, "responses": responses}}


OPENAPI: Final[Schema] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Digit detector",
        "version": version("digit-detector"),
        "summary": "Finds and names everything that people draw",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "paths": {
        "/api/detect": {"post": _DETECT},
        "/api/model": _get("model", "The model that answers", _answer("Model", "the model")),
        "/api/health": _get("health", "Whether pictures can be read", _answer("Health", "they can")),
        "/api/openapi.json": _get("openapi", "This description", _answer("OpenAPI", "OpenAPI 3.1")),
    },
    "components": {"schemas": _SCHEMAS},
}
