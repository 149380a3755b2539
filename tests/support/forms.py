"""What a browser would send: the fields of a form on a page, as they stand there."""

from __future__ import annotations

from html.parser import HTMLParser

Fields = dict[str, str | list[str]]


def form_of(page: str, action: str) -> Fields:
    """The fields of the form with this action, without its buttons. Raises LookupError when there is no such form."""
    reader = _Reader(action)
    reader.feed(page)
    if not reader.found:
        raise LookupError(f"there is no form for {action}")
    return {name: values[0] if len(values) == 1 else values for name, values in reader.fields.items()}


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.found = False
        self._action = action
        self._inside = False
        self._textarea: str | None = None
        self._text = ""
        self._select: str | None = None
        self._first_option: str | None = None
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action") == self._action
            self.found = self.found or self._inside
        elif not self._inside:
            return
        elif tag == "input" and given.get("name") and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._keep(given["name"], given.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._text = given.get("name"), ""
        elif tag == "select":
            self._select, self._first_option, self._chosen = given.get("name"), None, None
        elif tag == "option" and self._select:
            if self._first_option is None:
                self._first_option = given.get("value", "")
            if "selected" in given:
                self._chosen = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._textarea:
            self._keep(self._textarea, self._text.removeprefix("\n"))
            self._textarea = None
        elif tag == "select" and self._select:
            self._keep(self._select, self._chosen if self._chosen is not None else self._first_option or "")
            self._select = None

    def _keep(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)
