"""Everything that serves: a picture in, detections out."""
