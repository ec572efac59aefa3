#!/usr/bin/env python3
"""Makes the fonts beside it from Debian's: apt-get install fonts-noto-core python3-fonttools; /usr/bin/python3 make.py

Each file has the letters of one script, 255 at most, as plain outlines: no hints, no features, no letters put together from others.
PdfPig 0.1.16 loses the last byte of such a letter, and expects a width of its own for each. composed.txt has a line for each letter
that stands for another with a mark after it: the other, the mark, the letter.
"""
import pathlib
import unicodedata

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FROM = pathlib.Path("/usr/share/fonts/truetype/noto")
HERE = pathlib.Path(__file__).parent
LACKING = 0x25A1  # drawn as the font's own sign for a letter that it lacks
MARKS = range(0x300, 0x346)


def letters(*ranges):
    return [code for first, last in ranges for code in range(first, last + 1)]


OFTEN = letters((0x20, 0x7E), (0xA0, 0xFF), (0x152, 0x153), (0x178, 0x178), (0x2BB, 0x2BC), (0x2009, 0x2009), (0x2010, 0x2015),
                (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A),
                (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212))
SCRIPTS = {
    "latin": OFTEN,
    # The rest of Europe, Azerbaijan's schwa, and Viet Nam.
    "european": letters((0x100, 0x17F), (0x18F, 0x18F), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x218, 0x21B), (0x259, 0x259), (0x1EA0, 0x1EFF)),
    "african": letters((0x180, 0x24F), (0x250, 0x257), (0x25B, 0x25B), (0x260, 0x26F), (0x272, 0x272), (0x275, 0x275), (0x283, 0x283),
                       (0x288, 0x28C), (0x292, 0x292), (0x294, 0x294)),
    "marks": letters((MARKS[0], MARKS[-1]), (0x1E00, 0x1E9F)),
    "greek": letters((0x370, 0x3FF)),
    "cyrillic": letters((0x400, 0x481), (0x48A, 0x4FF)),
}


def plain(font):
    glyphs, widths = font.getGlyphSet(), font["hmtx"]
    marks = {name for code, name in font.getBestCmap().items() if code in MARKS}
    for name in font.getGlyphOrder():
        record, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[name].draw(record)
        if name in marks:  # above the middle of a letter of usual width, which was drawn before
            box = BoundsPen(None)
            record.replay(box)
            record.replay(TransformPen(pen, (1, 0, 0, 1, round(-285 - (box.bounds[0] + box.bounds[2]) / 2), 0)))
        else:
            record.replay(pen)
        font["glyf"][name] = glyph = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        # Where the file shifts a letter by its side bearing, drawing has shifted it already.
        widths[name] = (widths[name][0], getattr(glyph, "xMin", 0))
    font["glyf"].padding = 4


def append(font, name, like, width):
    """A letter more, without a character."""
    record, pen = DecomposingRecordingPen(font.getGlyphSet()), TTGlyphPen(None)
    font.getGlyphSet()[like].draw(record)
    record.replay(pen)
    font["hmtx"].metrics[name] = (width, font["hmtx"][like][1])
    font["glyf"][name] = pen.glyph()
    font.setGlyphOrder(font["glyf"].glyphOrder)


letters_of_all = set()
for weight in "Regular", "Bold":
    done = set()
    for script, wanted in SCRIPTS.items():
        font = TTFont(FROM / f"NotoSans-{weight}.ttf")
        has = font.getBestCmap()
        mine = [code for code in wanted if code in has and code not in done]
        done.update(mine)
        letters_of_all.update(map(chr, mine))
        options = subset.Options(hinting=False, layout_features=[], glyph_names=False, notdef_outline=True, name_IDs=[1, 2, 4, 6, 13, 14],
                                 name_languages=[0x409], drop_tables=["GDEF", "GPOS", "GSUB", "DSIG", "MATH", "STAT", "meta", "gasp", "prep"])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=mine)
        cutter.subset(font)
        plain(font)
        if script == "latin":
            append(font, "lacking", ".notdef", font["hmtx"][".notdef"][0])
            for table in font["cmap"].tables:
                table.cmap[LACKING] = "lacking"
        # The list of widths is written without its end where that repeats: so the last is one that nothing else has.
        append(font, "last", "space" if "space" in font["glyf"].glyphs else ".notdef", 1)
        # The tag of a part of a font, for the PDF: two parts of one font have two names.
        font["name"].setName(f"{script[:6].upper():X<6}+NotoSans-{weight}", 6, 3, 1, 0x409)
        font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.platEncID) == (3, 1)]
        assert len(font.getBestCmap()) <= 255, (script, len(font.getBestCmap()))
        font.recalcTimestamp = False
        font.save(HERE / f"NotoSans-{weight}.{script}.ttf")
        print(weight, script, len(font.getBestCmap()), (HERE / f"NotoSans-{weight}.{script}.ttf").stat().st_size)

pairs = []
for letter in sorted(letters_of_all):
    parts = unicodedata.decomposition(letter).split()
    if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.normalize("NFC", letter) == letter:
        pairs.append("".join(chr(int(part, 16)) for part in parts) + letter + "\n")
(HERE / "composed.txt").write_text("".join(pairs), encoding="utf-8")
print(len(pairs), "composed")
