"""Figures that the strategy of one real system prints, traced back by hand to the cells of the published files.

Every figure was read and added up apart from the pipeline's readers: with python-calamine for workbooks, with csv and
zipfile for text. Rows and columns are numbered as a spreadsheet or a text editor shows them. RA9 is Torbay, RH8 Royal
Devon and RK9 Plymouth; RBZ, Northern Devon, became part of RH8 in April 2022.
"""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement

from pipeline.cli import main
from pipeline.commands.plans import DONE

pytestmark = [pytest.mark.realdata, pytest.mark.slow, pytest.mark.timeout(900)]

TORBAY = "Torbay and South Devon NHS Foundation Trust"
ROYAL_DEVON = "Royal Devon University Healthcare NHS Foundation Trust"
PLYMOUTH = "University Hospitals Plymouth NHS Trust"

SCOPE = [
    # ods/etr_2025.csv, columns 1 and 4: lines 14 (RA9), 59 (RH8) and 77 (RK9) are under QJK.
    ("scope", "Employers in this plan", (TORBAY,), "Code", "RA9"),
    ("scope", "Employers in this plan", (ROYAL_DEVON,), "Code", "RH8"),
    ("scope", "Employers in this plan", (PLYMOUTH,), "Code", "RK9"),
]
IN_POST = "WTE in post by profession and employer"
BANDS = "WTE in post by pillar and Agenda for Change band"
ALL_STAFF = "Data: All staff of each employer over time"
SICKNESS = "Data: Sickness absence by employer"
WORKFORCE = [
    # workforce/core5_*.csv, column FTE, Radiography (diagnostic) of Allied health professionals: lines 158 to 163
    # give 84.072, lines 2 to 9 165.21334, lines 209 to 218 211.43628; together 460.72162.
    ("workforce", IN_POST, ("Diagnostic radiographers",), TORBAY, "84"),
    ("workforce", IN_POST, ("Diagnostic radiographers",), ROYAL_DEVON, "165"),
    ("workforce", IN_POST, ("Diagnostic radiographers",), PLYMOUTH, "211"),
    ("workforce", IN_POST, ("Diagnostic radiographers",), "Total", "461"),
    # The same file, Radiography (diagnostic) of Support to AHPs: lines 89 to 98 (RH8) give 93.14399, others have none.
    ("workforce", IN_POST, ("Imaging support staff",), ROYAL_DEVON, "93"),
    ("workforce", IN_POST, ("Imaging support staff",), TORBAY, "not available"),
    # workforce/core3_*.csv, column FTE, Clinical radiology: lines 32 and 33 (RA9) give 30.2225, lines 74 to 78 (RK9)
    # 114.83; RH8 has no line in the file.
    ("workforce", IN_POST, ("Clinical radiologists",), "Total", "145"),
    ("workforce", IN_POST, ("Clinical radiologists",), ROYAL_DEVON, "not available"),
    # core5, column FTE by GRADE. Imaging, Band 6: lines 6, 161 and 215 give 214.39334.
    ("workforce", BANDS, ("Imaging",), "Band 6", "214"),
    # Laboratories, Band 4: lines 102, 104, 111, 113, 119 and 127 give 37.49999.
    ("workforce", BANDS, ("Laboratories",), "Band 4", "37"),
    # Physiological sciences, Band 8b: lines 57, 253, 260, 265 and 267 give 5.68.
    ("workforce", BANDS, ("Physiological sciences",), "Band 8b", "5.7"),
    # core5, RH8: support 93.14399 over registered radiographers 165.21334 is 0.5638.
    ("workforce", "Support staff for each registered WTE", (ROYAL_DEVON, "Imaging"), "Ratio", "0.56"),
    # nhs_wf_england_org_2024-12.xlsx, sheet “5. All Staff, NHSE & Org - FTE”: G147 3268.10687; FA145 7718.25409 and
    # FB145 10669.62846, before and after the merger with RBZ; GH150 9776.501.
    ("workforce", ALL_STAFF, (TORBAY, "September 2009"), "WTE", "3,268"),
    ("workforce", ALL_STAFF, (ROYAL_DEVON, "March 2022"), "WTE", "7,718"),
    ("workforce", ALL_STAFF, (ROYAL_DEVON, "April 2022"), "WTE", "10,670"),
    ("workforce", ALL_STAFF, (PLYMOUTH, "December 2024"), "WTE", "9,777"),
    # sickness/..._2024-12.csv line 60: 19951.49927 of 315727.53756 days; ..._2024-04.csv line 62: 17341.89336 of
    # 355955.46682.
    ("workforce", SICKNESS, (PLYMOUTH, "December 2024"), "Value", "6.3%"),
    ("workforce", SICKNESS, (ROYAL_DEVON, "April 2024"), "Value", "4.9%"),
]
INDICATORS = "Every indicator that is known, by employer"
BY_PILLAR = "Every indicator that is known of the system, by pillar"
FUNNEL = "Data: Long waits beside all organisations on file"
LACKING = "What the files cannot say"
TRIGGERS = "Triggers that are red or amber"
SICK = "Sickness absence, all staff (9 months)"
POSTS = "each employer's funded establishment by month and profession"
BY_MONTH = "each employer's joiners and leavers by month, reason and profession"
LONG = "Waiting 6 weeks or more for a key test"
COMPARED = [
    # sickness/..._2024-04.csv to 2024-12.csv, FTE_DAYS_LOST over FTE_DAYS_AVAILABLE summed over the nine files:
    # RA9 84,586.597 of 1,743,933.331; RH8 162,764.702 of 3,280,684.092; RK9 155,158.248 of 2,762,064.004.
    ("workforce", INDICATORS, (SICK,), TORBAY, "4.9%"),
    ("workforce", INDICATORS, (SICK,), ROYAL_DEVON, "5.0%"),
    ("workforce", INDICATORS, (SICK,), PLYMOUTH, "5.6%"),
    ("workforce", INDICATORS, (SICK,), "The system", "5.2%"),
    # dm01_provider_2025-03.xls, “Provider by Test”, I over H summed over the 15 tests of each: 2267 of 7120 (RA9),
    # 6395 of 17494 (RH8), 1094 of 9615 (RK9).
    ("workforce", INDICATORS, (LONG,), TORBAY, "31.8%"),
    ("workforce", INDICATORS, (LONG,), ROYAL_DEVON, "36.6% (worse)"),
    ("workforce", INDICATORS, (LONG,), PLYMOUTH, "11.4%"),
    ("workforce", BY_PILLAR, (LONG,), "All pillars", "28.5%"),
    ("workforce", BY_PILLAR, (LONG,), "Laboratories", "not available"),
    # No published file has posts, joiners or leavers by trust and profession; the report says who would.
    (
        "workforce",
        LACKING,
        ("Vacancy rate",),
        "Would be supplied by",
        POSTS,
    ),
    ("workforce", LACKING, ("Joiner rate",), "Would be supplied by", BY_MONTH),
    # The same March: Royal Devon lies above the limits of the 300 and more providers, Torbay and Plymouth within.
    ("demand", FUNNEL, (ROYAL_DEVON,), "Outside", "above"),
    ("demand", FUNNEL, (TORBAY,), "Size", "7,120"),
    ("risks", TRIGGERS, ("Patients wait six weeks or more", ROYAL_DEVON), "Status", "■ Red"),
]
CENTRES = "Community diagnostic centres and what they offer"
CDC = [
    # cdc/cdc_operational_2022-08-14.tsv, line 89, live_date 1 Jul 2021; Plymouth is not in that file.
    ("cdc", CENTRES, ("Devon Exeter Nightingale CDC",), "Opened", "1 July 2021"),
    ("cdc", CENTRES, ("Plymouth CDC",), "Opened", "not available"),
    # cdc/govuk_cdc.geojson.js: services in lines 506 (no Endoscopy), 492 and 1458 (no Other Tests); address in 490.
    ("cdc", CENTRES, ("Devon Exeter Nightingale CDC",), "Endoscopy", "No"),
    ("cdc", CENTRES, ("Devon and Torbay CDC",), "Endoscopy", "Yes"),
    ("cdc", CENTRES, ("Devon and Torbay CDC",), "Place", "Torquay, TQ1 3AQ"),
    ("cdc", CENTRES, ("Plymouth CDC",), "Other tests", "No"),
]
SHARES = "Data: Share waiting six weeks or more"
WAITS = "Waits by test at the end of March 2025"
MODALITIES = "Imaging by modality"
TURNAROUND = "Share of imaging reported in each time"
YEARLY = "Tests a year that the calculation starts from"
DEMAND = [
    # dm01/dm01_provider_2024-08.xls, “Provider by Test”, I over H summed over RA9, RH8 and RK9 and the four tests
    # Colonoscopy, Flexi Sigmoidoscopy, Cystoscopy and Gastroscopy: 1780 of 4524.
    ("demand", SHARES, ("Endoscopy", "August 2024"), "Value", "39.3%"),
    # dm01_provider_2025-03.xls, the same: imaging 5074 of 21154, physiological sciences 3701 of 9464.
    ("demand", SHARES, ("Imaging", "March 2025"), "Value", "24.0%"),
    ("demand", SHARES, ("Physiological sciences", "March 2025"), "Value", "39.1%"),
    # 2025-03, rows 687 (RA9), 601 (RH8) and 730 (RK9). Column H: 2689, 5374 and 2103.
    ("demand", WAITS, ("Ultrasound",), "Waiting", "10,166"),
    # Rows 685, 599 and 728. Column J, over 13 weeks: 122, 440 and 28.
    ("demand", WAITS, ("MRI",), "13 weeks or more", "590"),
    # Rows 690, 605 and 734. Column I: 722, 1366 and 28, which is 2116 of 4943.
    ("demand", WAITS, ("Echocardiography",), "Share 6 weeks or more", "42.8%"),
    # 2025-03, columns AA to AC of the five imaging tests in rows 685 to 688, 599 to 603 and 728 to 732.
    ("demand", "Data: Key diagnostic tests done each month", ("Imaging", "March 2025"), "Tests", "37,666"),
    # did/did_t1_2018-19.xlsx, sheet Provider, the months F to Q of RA9, RH8, RK9 and RBZ. CT, rows 1081, 1042, 1097
    # and 1012: 29285, 35490, 51290 and 13020. The published years in R differ by rounding: 129,055.
    ("demand", MODALITIES, ("CT",), "2018/19", "118,255"),
    # The same cells of 2022-23, April to February: RA9 has no March there and RH8's March is a third of its February.
    ("demand", MODALITIES, ("CT",), "2022/23", "153,430"),
    ("demand", MODALITIES, ("CT",), "Change", "29.7%"),
    # X-ray, rows 1086, 1047, 1102 and 1016 of 2018-19, and 335, 296 and 359 of 2022-23, April to February.
    ("demand", MODALITIES, ("X-ray",), "2018/19", "492,250"),
    ("demand", MODALITIES, ("X-ray",), "2022/23", "452,485"),
    # Ultrasound, rows 1082, 1043, 1098 and 1013 of 2018-19, April to February.
    ("demand", MODALITIES, ("Ultrasound",), "2018/19", "177,825"),
    # did/did_t13_2024-25.xlsx, sheet “2024-25 Q4”, CT in rows 362, 328 and 386. H weighted by L: 0.966 of 5175,
    # 0.970 of 9290 and 0.955 of 10355. O weighted by S: 0.610 of 5360, 0.893 of 9875 and 0.791 of 14500.
    ("demand", TURNAROUND, ("CT", "A&E / Admitted"), "Same day", "96.3%"),
    ("demand", TURNAROUND, ("CT", "OP / GP direct access"), "By 7 days", "79.2%"),
    ("demand", TURNAROUND, ("CT", "OP / GP direct access"), "Cases", "29,735"),
    # Positron emission tomography, rows 334 and 392: 15 and 20 cases in L; RA9's in row 368 are suppressed.
    ("demand", TURNAROUND, ("PET-CT", "A&E / Admitted"), "Cases", "35"),
    # dm01, AA to AC of the eight months August 2024 to March 2025, scaled by 12 / 8. CT: RA9 22704, RH8 50517 and
    # RK9 46740. Urodynamics: 534, 416 and 542. MRI: 10736, 25046 and 23744.
    ("demand", YEARLY, ("CT",), "Tests a year", "179,942"),
    ("demand", YEARLY, ("Urodynamics",), "Tests a year", "2,238"),
    ("demand", YEARLY, ("MRI",), "Tests a year", "89,289"),
    # did_t1_2022-23, Nuclear Medicine Procedure: RK9, row 358, April to March 4880; RH8, row 295, April to February
    # 2100 x 12 / 11; RA9, whose latest return is February, row 334, 1730, and March 2022, 2021-22 row 339, 130.
    ("demand", YEARLY, ("Nuclear medicine",), "Tests a year", "9,031"),
    # X-ray: RK9 row 359, 179510; RH8 row 296, April to February 191905 x 12 / 11; RA9 row 335, 97525, and March 2022
    # 8805.
    ("demand", YEARLY, ("X-ray",), "Tests a year", "495,191"),
]
NEEDED = "Staff needed and staff there will be in October 2030, WTE"
SCENARIOS = [
    # The staff above; Gastrointestinal & Urodynamic Sciences are in core5 lines 66 and 67 (RH8) alone: 4.54667.
    # Neurosensory Sciences: lines 194 and 195 (RA9) 1.26, 56 to 65 (RH8) 41.21335, 265 to 274 (RK9) 29.88553.
    ("scenarios", NEEDED, ("Clinical radiologists",), "In post", "145"),
    ("scenarios", NEEDED, ("Healthcare scientists: gastrointestinal and urodynamic",), "In post", "4.5"),
    ("scenarios", NEEDED, ("Healthcare scientists: neurosensory sciences",), "In post", "72"),
]
AGES = "Data: Registered population by age and sex"
EQUALITY = [
    # gp/gp-reg-pat-prac-quin-age.zip, its one CSV, ORG_TYPE ICB, QJK: lines 605, 621 and 645.
    ("equality", AGES, ("00-04",), "Female", "23,537"),
    ("equality", AGES, ("80-84",), "Female", "27,902"),
    ("equality", AGES, ("95+",), "Male", "1,038"),
]
PAY = "What staff cost a year in October 2025, £ million"
MONEY = [
    # pay/nhspay_pay-scales.csv, lines 2 to 30 (england, 2025-26), median of each band's points: 2 24465, 3 25767.5,
    # 4 28823.5, 5 33487, 6 40823, 7 50273, 8a 58487, 8b 68631. Times core5's FTE for physiological sciences: 10.86668,
    # 48.34002, 10.87334, 29.55, 52.94754, 78.88588, 16.72666 and 5.68 of Bands 2 to 8b, £10,309,827.
    ("money", PAY, ("Physiological sciences",), "Basic", "10.31"),
    # Imaging: core5's bands, 1.0 of Band 1 (line 93), and core3's doctors, 30.2225 and 114.83 radiologists and 1.9 in
    # nuclear medicine.
    ("money", PAY, ("Imaging",), "WTE", "701"),
]
PUBLICATIONS = "Publications this plan was made from"
TABLES = "Tables made from those files"
OUTSIDE = "Staff in the files who are not in the four pillars"
INCOMPLETE = "Months of tests that are missing or far below the usual"
ASSUMED = "Assumptions in use"
SOURCES = [
    # The files in the folders sickness/ (April to December 2024) and dm01/ (August 2024 to March 2025).
    ("sources", PUBLICATIONS, ("NHS Sickness Absence Rates, by organisation",), "Files", "9"),
    (
        "sources",
        PUBLICATIONS,
        ("NHS Sickness Absence Rates, by organisation",),
        "Periods",
        "April 2024 … December 2024",
    ),
    # “Provider by Test” from row 17, rows that are no Total: 2683, 2697, 2707, 2722, 2648, 2705, 2736 and 2750.
    ("sources", TABLES, ("waiting",), "Rows", "21,648"),
    # Lines below the header: core5 302 and core3 79; nine sickness files together 2,554; geojson 170 and tsv 92.
    ("sources", TABLES, ("staff",), "Rows", "381"),
    ("sources", TABLES, ("absence",), "Rows", "2,554"),
    ("sources", TABLES, ("cdc_sites",), "Rows", "262"),
    # core3, Cardiology: lines 2 to 7 (RA9) headcount 22 and 34 to 38 (RK9) 49; FTE 20.785 and 48.05875.
    ("sources", OUTSIDE, ("Cardiology",), "Headcount", "71"),
    ("sources", OUTSIDE, ("Cardiology",), "WTE", "69"),
    # core5, Radiography (therapeutic) of Allied health professionals: lines 10 to 15, 164 to 168 and 219 to 222.
    (
        "sources",
        OUTSIDE,
        ("Radiography (therapeutic)", "Outside the four pillars", "Therapeutic radiographers"),
        "WTE",
        "84",
    ),
    # did_t1_2022-23.xlsx, column Q (Mar): RA9's cells in rows 330 to 337 are blank. RH8's in rows 291 to 294 and 296
    # are about a third of the month before (CT 1680 after 5735); in rows 295, 297 and 298 they are blank.
    (
        "sources",
        INCOMPLETE,
        (TORBAY, "Diagnostic Imaging Dataset", "March 2023", "no count"),
        "Tests",
        "CT, Fluoroscopy, MRI, Nuclear medicine, PET-CT, Ultrasound and X-ray",
    ),
    (
        "sources",
        INCOMPLETE,
        (ROYAL_DEVON, "Diagnostic Imaging Dataset", "March 2023", "far below the usual"),
        "Tests",
        "CT, Fluoroscopy, MRI, Ultrasound and X-ray",
    ),
    # sickness/*.csv, RA9, RH8 and RK9, nine months: 402509.54723 of 7786681.42839 days. The months run from 4.7774 %
    # (August) to 5.6852 % (December); their 10th and 90th percentiles are 4.8859 % and 5.4581 %.
    ("sources", ASSUMED, ("Time away, sickness",), "Value", "5.17% of contracted time"),
    ("sources", ASSUMED, ("Time away, sickness",), "Range (P10 to P90)", "4.89% to 5.46%"),
    # did_t1, CT of RA9, RH8, RK9 and RBZ, April to February, since March 2023 is not whole: 118255, 130500, 117395,
    # 139685 and 153430. The slope of their logarithms is 0.05888. 2020-21 is a shock, cut to 4 x 0.04526 below the
    # median step; the other three steps and those of the seven other modalities, each without its own months that are
    # not whole and PET-CT without 2018-19, when RK9 began late, give a swing of 0.05423. So a step has 0.1020, and the
    # slope of five years 0.05200: 1.2816 of it either side.
    ("sources", ASSUMED, ("Yearly growth of CT tests",), "Value", "6.06% a year"),
    ("sources", ASSUMED, ("Yearly growth of CT tests",), "Range (P10 to P90)", "−0.772% to 13.4%"),
    ("sources", ASSUMED, ("Swing of CT tests in a year about their growth",), "Value", "0% in a year"),
    ("sources", ASSUMED, ("Swing of CT tests in a year about their growth",), "Range (P10 to P90)", "−6.71% to 7.2%"),
]
CELLS = [*SCOPE, *WORKFORCE, *COMPARED, *CDC, *DEMAND, *SCENARIOS, *EQUALITY, *MONEY, *SOURCES]

PHRASES = [
    # core5 without therapeutic radiography, medical physics, clinical engineering and clerical staff: 1351.2027; core3
    # without cardiology, neurology and respiratory medicine: 305.88.
    ("summary", "1,657 WTE"),
    # dm01_provider_2025-03.xls, the Total rows 698 (RA9), 613 (RH8) and 742 (RK9). H: 7120, 17494 and 9615; I: 2267,
    # 6395 and 1094, which is 9756 of 34229.
    ("summary", "34,229"),
    ("summary", "28.5%"),
    # core5 line 2, DATA_MONTH 2025-10-31; and sixty months on.
    ("scope", "starts from October 2025"),
    ("scope", "to October 2030"),
    # Imaging: 553.8656 of core5 and 146.9525 of core3; laboratories 543.4670 and 80.87; physiological sciences
    # 253.8701; gastro-enterology in core3, lines 8 to 14 and 39 to 45: 26.08 and 51.9775.
    ("workforce", "imaging 701, laboratories 624, physiological sciences 254 and endoscopy 78"),
    # sickness/*.csv, days lost of days available over nine months: all 402509.55 of 7786681.43; RA9 84586.60 of
    # 1743933.33; RH8 162764.70 of 3280684.09; RK9 155158.25 of 2762064.00.
    ("workforce", "5.2% of available days"),
    ("workforce", f"{TORBAY} 4.9%, {ROYAL_DEVON} 5.0% and {PLYMOUTH} 5.6%"),
    # govuk_cdc.geojson.js: icbCode E54000037 in lines 493, 507 and 1459, isOpen12_7 'Yes' in each.
    ("cdc", "3 centres in the ICS, of which all open 12 hours a day"),
    # Its 170 codes less those with an ICB in gp-reg-pat-prac-map.csv: E54000022 to 28, 34, 42, 44, 56, 63 and 64.
    ("cdc", "52 centres"),
    ("demand", "9,756 of them (28.5%)"),
    # August 2024: endoscopy 1780 of 4524, imaging 4680 of 20335, physiological 4876 of 10243: in all 11336 of 35102.
    ("demand", "went from 32.3% to 28.5% in all"),
    # gp-reg-pat-prac-quin-age.csv, line 604; 325,073 in the bands from 65_69, 44,577 in those from 85_89.
    ("equality", "1,292,235 people were registered"),
    ("equality", "25.2% were 65 or over and 3.4% 85 or over"),
]


@pytest.fixture(scope="module")
def chapters(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, HtmlElement]:
    """The chapters of Devon's strategy, made from the real files, by their id."""
    home = tmp_path_factory.mktemp("devon")
    (home / "data" / "raw").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert main(["new", "devon", "--ics", "QJK", "--from", str(realdata)]) == DONE
        assert main(["run", "devon"]) == DONE
    html = (home / "reports" / "devon" / "strategy.html").read_text(encoding="utf-8")
    page = lxml.html.document_fromstring(html)
    for dash in page.xpath("//*[@aria-hidden='true']"):
        dash.drop_tree()
    return {section.get("id"): section for section in page.xpath("//section[contains(@class, 'chapter')]")}


@pytest.mark.parametrize(("chapter", "caption", "row", "column", "shown"), CELLS)
def test_a_printed_cell_is_what_the_published_files_give(
    chapters: dict[str, HtmlElement], chapter: str, caption: str, row: tuple[str, ...], column: str, shown: str
) -> None:
    assert cell(chapters[chapter], caption, row, column) == shown


@pytest.mark.parametrize(("chapter", "phrase"), PHRASES)
def test_a_figure_in_the_text_is_what_the_published_files_give(
    chapters: dict[str, HtmlElement], chapter: str, phrase: str
) -> None:
    assert phrase in text(chapters[chapter])


def cell(chapter: HtmlElement, caption: str, row: tuple[str, ...], column: str) -> str:
    """The one cell of the one table whose caption holds the text, in the one row that begins with the given cells."""
    (table,) = [table for table in chapter.iter("table") if caption in text(table.find("caption"))]
    headings, *lines = [[text(each) for each in line] for line in table.iter("tr")]
    (line,) = [line for line in lines if tuple(line[: len(row)]) == row]
    return dict(zip(headings, line, strict=True))[column]


def text(element: HtmlElement) -> str:
    """The words of an element with single spaces between them."""
    return " ".join(element.text_content().split())
