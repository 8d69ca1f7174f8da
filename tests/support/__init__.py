"""What tests and tools share: servers, browsers, strokes and small data sets."""
