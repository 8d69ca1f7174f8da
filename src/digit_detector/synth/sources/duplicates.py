"""Drawings that UNIPEN holds twice, stroke for stroke, under two writers of different splits.

Training goes without its copy, so that neither validation nor the frozen suite judges ink that was learned.
"""

from typing import Final

_LISTED: Final = """
    1a/2768 1a/2771 1a/2772 1a/2774 1a/2775 1a/2778 1a/2782 1a/2783 1a/2795 1a/2863 1a/2865 1a/2869 1a/2870
    1a/2871 1a/2873 1a/2874 1a/2877 1a/2878 1a/2879 1a/2880 1a/2882 1a/2902 1a/3020 1a/3021 1a/3023 1a/3024
    1a/3026 1a/3027 1a/3029 1a/3031 1a/3032 1a/3036 1a/3037 1a/3040 1a/3041 1a/3043 1a/3044 1a/3074 1a/3080
    1a/3092 1a/3095 1a/3096 1a/3098 1a/3100 1a/3103 1a/3104 1a/3108 1a/3110 1a/3111 1a/3115 1a/3116 1a/3123
    1a/3128 1a/3132 1a/3135 1a/3136 1a/3144 1a/3145 1a/3147 1a/3154 1a/3644 1b/1367 1b/1374 1b/1375 1b/1377
    1b/1388 1b/1465 1b/1466 1b/1468 1b/1470 1b/1478 1b/1479 1b/1502 1b/1619 1b/1620 1b/1623 1b/1633 1b/1676
    1b/1690 1b/1695 1b/1697 1b/1699 1b/1700 1b/1708 1c/1397 1c/1405 1c/1406 1c/1410 1c/1443 1c/1528 1c/1541
    1c/1549 1c/1550 1c/1581 1d/1105 1d/1112 1d/1114 1d/1117 1d/1125 1d/1165 1d/1167 1d/1170 1d/1172 1d/1188
    1d/1189 1d/1197 1d/1258 1d/1264 1d/1269 1d/1271 1d/1278 1d/1296 1d/1304 1d/1305 1d/1314 1d/1318 1d/1323
    1d/1327 1d/1329 1d/1335 1d/1347 1d/1348 1d/1353 1d/1359 1d/1387 1d/1389 1d/1390 1d/1392 1d/1504 1d/1506
    1d/1510 1d/1612 1d/1614 1d/1617 1d/1664 1d/1719
"""
TWINS: Final = frozenset(_LISTED.split())
"""Keys of training's copies: rows of 1a to 1d whose strokes are those of a row of another split."""
