"""Turn strokes into pictures with exact boxes."""
