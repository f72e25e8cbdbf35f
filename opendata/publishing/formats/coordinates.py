"""Longitude and latitude from China's shifted systems back to WGS 84.

GCJ-02 (国测局坐标) shifts WGS 84 by some hundred metres; BD-09 (百度坐标) shifts GCJ-02 again. The formulas are those that
are publicly known (the Krasovsky 1940 ellipsoid and a sum of sines); the shift has no closed inverse, so it is
subtracted step by step, which comes within a millimetre. CGCS2000 differs from WGS 84 by centimetres and is kept.
"""

import math

import polars as pl

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_STEPS = 6
_BAIDU = math.pi * 3000 / 180
#: The systems that a row may name; every other name means that its position is unknown.
SYSTEMS = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")
#: Those of them whose positions are moved.
SHIFTED = ("GCJ-02", "BD-09")


def wgs84(lon: pl.Series, lat: pl.Series, crs: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Convert degrees row by row as *crs* says; null where it names no system of :data:`SYSTEMS`.

    The shift is not defined outside China: positions there are left as they are.
    """
    given = pl.DataFrame({"x": lon, "y": lat, "crs": crs})
    known = given.with_columns(pl.when(pl.col("crs").is_in(SYSTEMS)).then(pl.col("x", "y")))
    if not crs.is_in(SHIFTED).any():
        return known["x"], known["y"]
    mars = known.with_columns(
        pl.when(crs == "BD-09").then(_unbaidu_x()).otherwise("x").alias("x"),
        pl.when(crs == "BD-09").then(_unbaidu_y()).otherwise("y").alias("y"),
    )
    shifted = pl.col("crs").is_in(SHIFTED) & _in_china()
    guess = mars.with_columns(x0="x", y0="y")
    for _ in range(_STEPS):
        guess = guess.with_columns(x=pl.col("x0") - _shift_x(), y=pl.col("y0") - _shift_y())
    plain = mars.with_columns(
        pl.when(shifted).then(guess["x"]).otherwise("x").alias("x"),
        pl.when(shifted).then(guess["y"]).otherwise("y").alias("y"),
    )
    return plain["x"], plain["y"]


def _in_china() -> pl.Expr:
    return pl.col("x").is_between(72.004, 137.8347) & pl.col("y").is_between(0.8293, 55.8271)


def _unbaidu() -> tuple[pl.Expr, pl.Expr]:
    x, y = pl.col("x") - 0.0065, pl.col("y") - 0.006
    radius = (x * x + y * y).sqrt() - 0.00002 * (y * _BAIDU).sin()
    angle = pl.arctan2(y, x) - 0.000003 * (x * _BAIDU).cos()
    return radius, angle


def _unbaidu_x() -> pl.Expr:
    radius, angle = _unbaidu()
    return radius * angle.cos()


def _unbaidu_y() -> pl.Expr:
    radius, angle = _unbaidu()
    return radius * angle.sin()


def _wave(value: pl.Expr, *terms: tuple[float, float]) -> pl.Expr:
    waves = [(value * (math.pi * turns)).sin() * height for height, turns in terms]
    return pl.sum_horizontal(waves) * (2 / 3)


def _flattening() -> pl.Expr:
    return 1 - _ECCENTRICITY * pl.col("y").radians().sin().pow(2)


def _shift_x() -> pl.Expr:
    """Degrees by which GCJ-02 moves a position of WGS 84 eastwards."""
    x, y = pl.col("x") - 105, pl.col("y") - 35
    metres = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt()
    metres += _wave(x, (20, 6), (20, 2), (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    return (metres / (_AXIS / _flattening().sqrt() * pl.col("y").radians().cos())).degrees()


def _shift_y() -> pl.Expr:
    """Degrees by which GCJ-02 moves a position of WGS 84 northwards."""
    x, y = pl.col("x") - 105, pl.col("y") - 35
    metres = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt()
    metres += _wave(x, (20, 6), (20, 2)) + _wave(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    return (metres / (_AXIS * (1 - _ECCENTRICITY) / (_flattening() * _flattening().sqrt()))).degrees()
