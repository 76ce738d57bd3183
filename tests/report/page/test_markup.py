"""No text becomes markup, whatever is in it: what is placed is read back as it was."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from simulator.report.markup import el
from simulator.report.page.document import (
    Code,
    Coloured,
    Column,
    Document,
    Link,
    Paragraph,
    Quoted,
    Row,
    Section,
    Table,
)
from simulator.report.page.html import safe_address, to_html
from simulator.report.page.markdown import to_markdown

#: Characters that HTML parsers read as they are; NUL and lone carriage returns are changed by any parser.
TEXT = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=("Cs",)))


class Reader(HTMLParser):
    """What a parser finds: tags, attributes, text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXT, TEXT)
def test_text_and_attributes_are_read_back_as_they_were(text: str, attribute: str) -> None:
    read = Reader(str(el("p", text, title=attribute)))
    assert read.text == text
    assert read.tags == [("p", {"title": attribute})]


def test_attributes_that_are_not_given_are_left_out() -> None:
    assert str(el("p", None, "a", [el("wbr"), "b"], class_="x", id=None, hidden=True, data_k=0)) == (
        '<p class="x" hidden data-k="0">a<wbr>b</p>'
    )


HOSTILE = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}${7*7}<%= 1 %>\u202eevil'
LABELS: dict[str, str] = dict.fromkeys(
    (
        "contents",
        "company",
        "metric",
        "all",
        "skip",
        "hover",
        "chart_omitted",
        "source_link",
        "scroll",
        "footer",
    ),
    "x",
)


def document(*pieces: str | Quoted | Code | Link) -> Document:
    section = Section("s", "S", [Paragraph(pieces)])
    return Document("en", [Quoted(HOSTILE)], ["x"], [section], LABELS)


def test_hostile_texts_stay_texts_in_html() -> None:
    from simulator.report.console import plain

    text = to_html(document(Quoted(plain(HOSTILE)), Code(HOSTILE), Link(HOSTILE, "javascript:alert(1)")))
    tags = [tag for tag, _ in Reader(text).tags]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert "javascript:" not in text
    assert "\u202e" not in text.replace(HOSTILE, "").partition("<main")[2]


def test_links_lead_to_the_web_or_into_the_report_alone() -> None:
    assert safe_address("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert safe_address("http://example.org") == "http://example.org"
    assert safe_address("#prior-a b") == "#prior-ab"
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT://x/%0aalert(1)",
        "file:///etc/passwd",
        "//example.org",
        "https:",
        "http://[",
        " vbscript:x",
        "java\nscript:alert(1)",
    ):
        assert safe_address(address) is None, address


def test_markdown_takes_no_text_for_markup() -> None:
    text = to_markdown(
        document(Quoted("# a | b <b> [x](javascript:y) `c` *d* {{e}}"), Link("l|k", "https://a.org/x|y>"))
    )
    assert "\\[x\\](javascript:y)" in text
    assert "\\<b\\>" in text
    assert "\\| b" in text
    assert "[l\\|k](<https://a.org/x%7Cy%3E>)" in text
    assert "\\`c\\`" in text


def test_a_row_that_stands_out_does_so_as_a_whole_in_markdown() -> None:
    """A row without a head of its own, the second of a pair, stands out as the first does."""
    rows = [
        Row(["Prior"], [["low"], [Coloured("Bear", "bear")]], strong=True),
        Row([""], [["high"], ["even"]], strong=True),
        Row(["Other"], [["low"], ["even"]]),
    ]
    columns = [Column(name, numeric=False) for name in ("Name", "End", "Likeliest")]
    labels = {name: "" for name in ("chart_omitted", "footer", "comma")}
    section = Section("one", "One", [Table("Table", columns, rows)])
    markdown = to_markdown(Document("en", ["Title"], [], [section], labels))
    assert "| **Prior** | **low** | **Bear** |" in markdown
    assert "|  | **high** | **even** |" in markdown
    assert "| Other | low | even |" in markdown


def test_an_amount_that_lies_across_texts_is_on_one_line() -> None:
    """A number and its unit may come from two places, and are looked at together."""
    text = to_html(document("It is ± ", "0.3", " GW, or ", Code("x"), " more."))
    assert "It is\u00a0±\u00a00.3\u00a0GW, or " in text
