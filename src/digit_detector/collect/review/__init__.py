"""What a maintainer looks at first, and decides."""
