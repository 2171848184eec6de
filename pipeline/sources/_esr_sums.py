"""People and WTE of an extract of staff records by what its cells mean.

The engine adds up by small numbers that stand for meanings, and the few names are put in place afterwards: a hundred
million rows become a million or two, and those fit beside the engine only as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd

from pipeline.sources import _esr_values
from pipeline.sources._esr_file import values_of
from pipeline.sources._esr_values import StaffGroup
from pipeline.sources.mapping import Mapping

WTE_DECIMALS = 5
"""As published statistics give WTE."""
_EXACT = Decimal("1e-8")
# Decimals are added and not binary fractions, whose sum depends on the order in which threads come to them. Categories
# of contract that are no staff in post have no meaning, so that their rows find no partner.
_SUMS = """
  WITH spelled AS (
    SELECT effective_date, employer, staff_group, area, pay_band, age_band, category,
      sum(people) AS headcount, sum(share) AS wte, min(row) AS row
    FROM extract JOIN shares USING (fte) JOIN persons USING (is_primary) GROUP BY ALL
  )
  SELECT months.code AS months, employers.code AS employers, places.code AS places, bands.code AS bands,
    ages.code AS ages, contracts.code AS contracts,
    CAST(sum(headcount) AS BIGINT) AS headcount, CAST(sum(wte) AS DOUBLE) AS wte, min(row) AS row
  FROM spelled JOIN months USING (effective_date) JOIN employers USING (employer)
    JOIN places USING (staff_group, area) JOIN bands USING (pay_band) JOIN ages USING (age_band)
    JOIN contracts USING (category)
  GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Meanings:
    """What cells mean: `texts` holds the cells, as the file spells them, and `names` what they are called, row by row.

    Cells of one meaning share a code; codes are in the order of the names.
    """

    texts: pd.DataFrame
    names: pd.DataFrame

    @property
    def codes(self) -> pd.Series:
        """The code of each row."""
        return self.names.groupby(list(self.names.columns), sort=True).ngroup()

    def named(self, codes: pd.Series) -> dict[str, pd.Series]:
        """The columns of names that these codes stand for."""
        by_code = self.names.groupby(self.codes).first()
        return {column: by_code[column].take(codes).reset_index(drop=True) for column in by_code.columns}


def sums(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> pd.DataFrame:
    """People (`headcount`), WTE and first row of each group that the canonical table tells apart, in their order.

    Columns: month, employer, pillar, staff_group, profession, discipline, band, age_band, contract, headcount, wte,
    row. Every cell of the file must be one that its column's rule allows.
    """
    meanings = _meanings(connection, mapping)
    for name, each in meanings.items():
        connection.register(name, each.texts.assign(code=each.codes))
    connection.register("shares", _amounts(connection, "fte", "share"))
    connection.register("persons", _amounts(connection, "is_primary", "people"))
    added = connection.sql(_SUMS).to_arrow_table().to_pandas(split_blocks=True, self_destruct=True)
    named = {column: names for name, each in meanings.items() for column, names in each.named(added[name]).items()}
    return pd.DataFrame(named).assign(
        headcount=added["headcount"], wte=added["wte"].round(WTE_DECIMALS), row=added["row"]
    )


def _meanings(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> dict[str, Meanings]:
    return {
        "months": _meant(connection, "effective_date", "month"),
        "employers": _meant(connection, "employer", "employer"),
        "places": _places(_texts(connection, "staff_group"), _texts(connection, "area"), mapping),
        "bands": _meant(connection, "pay_band", "band"),
        "ages": _meant(connection, "age_band", "age_band"),
        "contracts": _contracts(_texts(connection, "category")),
    }


def _texts(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    return list(values_of(connection, name)["value"].unique())


def _meaning(name: str, text: str) -> Any:
    return _esr_values.READINGS[name](text.strip()).value


def _amounts(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> pd.DataFrame:
    """What each cell of a column adds to a sum, as a decimal."""
    texts = _texts(connection, name)
    return pd.DataFrame({name: texts, column: [Decimal(_meaning(name, text)).quantize(_EXACT) for text in texts]})


def _meant(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> Meanings:
    texts = _texts(connection, name)
    return Meanings(pd.DataFrame({name: texts}), pd.DataFrame({column: [_meaning(name, text) for text in texts]}))


def _contracts(texts: list[str]) -> Meanings:
    counted = {text: contract for text in texts for contract, counts in [_meaning("category", text)] if counts}
    return Meanings(pd.DataFrame({"category": list(counted)}), pd.DataFrame({"contract": list(counted.values())}))


def _places(groups: list[str], areas: list[str], mapping: Mapping) -> Meanings:
    """Pillar, staff group, profession and area of every pair of a staff group and an area."""
    pairs = [(group, area) for group in groups for area in areas]
    names = [_place(_meaning("staff_group", group), area, mapping) for group, area in pairs]
    columns = ["pillar", "staff_group", "profession", "discipline"]
    return Meanings(pd.DataFrame(pairs, columns=["staff_group", "area"]), pd.DataFrame(names, columns=columns))


def _place(group: StaffGroup, area: str, mapping: Mapping) -> tuple[str, str, str, str]:
    place = mapping.find(group.scheme, area)
    return place.pillar, group.name, place.name, " ".join(area.split())
