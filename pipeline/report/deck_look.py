"""How slides look: their shape, colours and letters, set once on the master so that they can be changed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

WIDE, HIGH, EDGE = 13.333, 7.5, 0.5
"""Inches of a slide of 16:9, and of its margins."""
BLUE, DARK_BLUE, TEXT, GREY, WHITE, RULE = "005EB8", "003087", "212B32", "4C6272", "FFFFFF", "D8DDE0"
SERIES = ("12436D", "28A197", "801650", "F46A25")
FONT = "Arial"
TITLE_SIZES, BODY_SIZES, CELL_SIZES = (28, 26, 24, 22, 20), (20, 18, 17, 16, 15, 14, 13, 12), (14, 13, 12, 11)
"""Sizes of letters in points, the largest that fits first; none is smaller than a room can read."""
NARROW = 10
"""Inches across a slide of the empty presentation that python-pptx begins with."""
TITLE = 1
"""The kind of place that a title has."""

colour: Any = RGBColor.from_string
"""A colour from its six figures."""


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def emu(self) -> tuple[Any, Any, Any, Any]:
        """As python-pptx takes it."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


def presentation(title: str) -> Any:
    """An empty presentation of 16:9 in the colours and letters of the strategy."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDE), Inches(HIGH)
    made.core_properties.title, made.core_properties.language = title, "en-GB"
    made.core_properties.author = made.core_properties.last_modified_by = ""
    master = made.slide_master
    for place in [master, *made.slide_layouts]:
        _widen(place)
    _theme(master)
    _master_title(master)
    return made


def _widen(place: Any) -> None:
    """Stretch the places of a layout, which are those of a slide of 4:3, to one of 16:9."""
    for shape in place.placeholders:
        offset = shape._element.spPr.find(".//{*}off")
        if offset is not None:
            shape.left, shape.width = int(shape.left * WIDE / NARROW), int(shape.width * WIDE / NARROW)


def _theme(master: Any) -> None:
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = parse_xml(theme.blob)
    accents = {f"accent{number}": shade for number, shade in enumerate((BLUE, *SERIES), 1)}
    for name, shade in {"dk2": DARK_BLUE, **accents}.items():
        (slot,) = root.findall(f".//{{*}}clrScheme/{{*}}{name}")
        slot.clear()
        slot.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{shade}"/>'))
    for face in root.findall(".//{*}fontScheme/*/{*}latin"):
        face.set("typeface", FONT)
    # python-pptx keeps a theme as bytes and has no word for changing them.
    theme._blob = serialize_part_xml(root)


def _master_title(master: Any) -> None:
    """The title of every slide at the top left, under a band of blue that is decoration and so on the master."""
    (title,) = [shape for shape in master.placeholders if shape.placeholder_format.type == TITLE]
    title.left, title.top, title.width, title.height = title_box().emu()
    title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    (style,) = master.element.findall(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    letters = style.find("{*}defRPr")
    letters.set("sz", str(TITLE_SIZES[0] * 100))
    letters.set("b", "1")
    fill = letters.find("{*}solidFill")
    fill.clear()
    fill.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{DARK_BLUE}"/>'))
    band = master.shapes._spTree
    band.insert(2, parse_xml(_BAND.format(names=nsdecls("p", "a"), width=Inches(WIDE), height=Inches(0.16), fill=BLUE)))


_BAND = (
    '<p:sp {names}><p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)


def title_box() -> Box:
    """Where the title of a slide stands."""
    return Box(EDGE, 0.35, WIDE - 2 * EDGE, 0.95)
