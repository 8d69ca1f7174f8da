"""The detector's mathematics: YOLOv3 (Redmon & Farhadi 2018) written from scratch."""
