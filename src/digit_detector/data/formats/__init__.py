"""Folders of annotated drawings in the formats that others read and write, each a stream of records.

A row at a time is in memory, in a folder of any size. Whatever is unfit is a DataError that names the file, the row
and the field. `table` has the formats by name.
"""
