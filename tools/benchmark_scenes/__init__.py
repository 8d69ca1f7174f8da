"""The canvases of the benchmark, drawn apart from the training renderer so that they have a look of their own.

In the order of the data flow: `reserved_drawings` reads and chooses drawings, `layout` places them, `ink` draws them,
`canvases`, `photos` and `pages` make pictures with exact boxes, `conditions` lists what is built.
"""
