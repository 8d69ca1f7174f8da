"""Detections for people to see: boxes on a picture, and the detector's steps."""
