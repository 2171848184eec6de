"""The two lists of community diagnostic centres: the map (JavaScript, not JSON) and the government's dated list."""

from __future__ import annotations

from pathlib import Path

from pipeline.synthetic.files import csv_text, write_text
from pipeline.synthetic.places import Cdc, places
from pipeline.synthetic.recipe import Recipe

OPENING = "/* istanbul ignore next */\nwindow.GOVUK = window.GOVUK || {}\nwindow.GOVUK.cdcGeojson = {\n"
FEATURE = """    {{
      type: 'Feature',
      geometry: {{
        type: 'Point',
        coordinates: [{east}, {north}]
      }},
      properties: {{
        name: '{name}',
        address: '{town}, {postcode}',
        isOpen12_7: '{open_12_7}',
        services: '{services}',
        icbCode: '{icb}'
      }}
    }}"""


def write_cdc(folder: Path, recipe: Recipe) -> None:
    """The map, with every centre, and the list, with those open by its date."""
    features = ",\n".join(_feature(recipe, cdc) for cdc in sorted(places(recipe).cdcs, key=lambda each: each.name))
    text = f"{OPENING}  type: 'FeatureCollection',\n  features: [\n{features}\n  ]\n}}\n"
    write_text(folder / "cdc" / "cdc_map.geojson.js", text)
    listed = places(recipe).cdc_list_date
    rows = [_line(recipe, cdc) for cdc in places(recipe).cdcs if cdc.opened <= listed]
    header = ["region", "area", "cdc_title", "live_date"]
    path = folder / "cdc" / f"cdc_operational_{listed.isoformat()}.tsv"
    write_text(path, csv_text([header, *sorted(rows)], delimiter="\t", line_end="\n"))


def _feature(recipe: Recipe, cdc: Cdc) -> str:
    return FEATURE.format(
        east=cdc.at[0],
        north=cdc.at[1],
        name=cdc.name,
        town=cdc.town,
        postcode=cdc.postcode,
        open_12_7=cdc.open_12_7,
        services=cdc.services,
        icb=places(recipe).system(cdc.ics).ons_code,
    )


def _line(recipe: Recipe, cdc: Cdc) -> list[str]:
    region = places(recipe).region(places(recipe).system(cdc.ics).region).name
    return [region, cdc.town, cdc.name, f"{cdc.opened.day} {cdc.opened:%b %Y}"]
