"""Store contributed drawings in SQLite or PostgreSQL."""
