"""A report on a layout, opened as a browser would: its pages, their frames, their fields."""

from pathlib import Path

from bs4 import BeautifulSoup, Tag


class ReportFile:
    """The HTML file of a report."""

    def __init__(self, file: Path) -> None:
        self.document = BeautifulSoup(file.read_text("utf-8"), "lxml")

    @property
    def pages(self) -> dict[str, Tag]:
        """The pages that are shown, by name, in their order."""
        return {page.select("summary b")[0].text: page for page in self.document.select("details.page")}

    def frame(self, name: str) -> BeautifulSoup:
        """The document in the frame of a page."""
        [frame] = self.pages[name].select("iframe")
        return BeautifulSoup(str(frame["srcdoc"]), "lxml")

    def marked(self, name: str) -> dict[str, str]:
        """What is marked in a page's frame: the text of the last element of each field."""
        return {str(one["data-nightpost-field"]): one.text for one in self.frame(name).select("[data-nightpost-field]")}

    def fields(self, name: str) -> dict[str, tuple[str, str]]:
        """The fields of a page's single records: value, and where it is from."""
        rows = [row.select("td") for row in self.pages[name].select("table tr")]
        return {cells[0].get_text(strip=True): (cells[1].text, cells[2].text) for cells in rows if len(cells) == 3}

    def rows(self, name: str) -> list[list[str]]:
        """The rows of a page's table of rows, with its heading."""
        return [[cell.text for cell in row.select("th, td")] for row in self.pages[name].select("div.rows tr")]
