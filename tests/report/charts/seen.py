"""What a reader sees of a chart: its texts, and where each of its shapes lies, read from the SVG."""

import re
import xml.etree.ElementTree as xml
from typing import NamedTuple

from simulator.report.charts import Chart

SVG = "{http://www.w3.org/2000/svg}"


class Text(NamedTuple):
    """A text: its class, its place in the whole chart, and on which side of that it stands."""

    text: str
    kind: str
    x: float
    y: float
    anchor: str


def tree(chart: Chart) -> xml.Element:
    """The chart as a parser finds it; raises where the markup is not well formed."""
    return xml.fromstring(chart.svg())


def drawing(chart: Chart) -> xml.Element:
    (found,) = tree(chart).findall(f"{SVG}svg")
    return found


def texts(chart: Chart) -> list[Text]:
    return list(_texts(tree(chart), 0.0, 0.0))


def _texts(element: xml.Element, x: float, y: float):
    for child in element:
        if child.tag == f"{SVG}text":
            place = (x + float(child.get("x", "0")), y + float(child.get("y", "0")))
            yield Text(child.text or "", child.get("class", ""), *place, child.get("text-anchor", "start"))
        elif child.tag == f"{SVG}svg":
            yield from _texts(child, x + float(child.get("x", "0")), y + float(child.get("y", "0")))
        elif moved := re.match(r"translate\(([\d.]+) ([\d.]+)\)", child.get("transform", "")):
            yield from _texts(child, x + float(moved[1]), y + float(moved[2]))


def words(chart: Chart) -> str:
    """All that is written, on as many lines as it likes."""
    return " ".join(" ".join(one.text for one in texts(chart)).replace("\u00a0", " ").split())


def shapes(chart: Chart, kind: str) -> list[xml.Element]:
    """The shapes of a class, which may be one of several that a shape has."""
    return [one for one in drawing(chart).iter() if kind in one.get("class", "").split()]


def area(shape: xml.Element) -> float:
    """The area within a closed path of straight lines."""
    x = y = 0.0
    points = []
    for command, numbers in re.findall(r"([MLHV])([^MLHVZ]*)", shape.get("d", "")):
        values = [float(one) for one in numbers.split()]
        x, y = {"H": (values[0], y), "V": (x, values[0])}.get(command, (values[0], values[-1]))
        points.append((x, y))
    ends = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, ends, strict=True))) / 2


def across(chart: Chart, x: float) -> float:
    """The value at a place of the horizontal axis, by the numbers of its ticks."""
    ticks = [
        (float(one.get("x", "")), float((one.text or "").replace("−", "-").replace(",", "")))
        for one in drawing(chart).iter(f"{SVG}text")
        if one.get("class") == "tick" and one.get("text-anchor") == "middle"
    ]
    (x1, first), (x2, last) = ticks[1], ticks[-2]
    return first + (x - x1) / (x2 - x1) * (last - first)
