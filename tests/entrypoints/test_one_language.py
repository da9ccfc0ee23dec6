"""Pages of one language hold their fixed words, and still fill in what is only known when shown."""

from jinja2 import DictLoader
from markupsafe import Markup

from entrypoints.http.one_language import OneLanguage


def asked_once(asked: list[str]) -> OneLanguage:
    environment = OneLanguage(
        autoescape=True,
        loader=DictLoader({"page": "{{ _('Paid') }} {{ word }} {{ _(word) }} {{ _('A', b=1) }}"}),
    )

    def words(message: str, **_filling: int) -> Markup:
        asked.append(message)
        return Markup("<b>{}</b>").format(message)

    names = ("_", "pgettext", "static", "icon_svg")
    environment.globals.update(dict.fromkeys(names, words))
    return environment


def test_fixed_words_are_asked_for_once_and_what_varies_at_every_showing() -> None:
    asked: list[str] = []
    page = asked_once(asked).get_template("page")

    first, second = page.render(word="<Due>"), page.render(word="Open")

    assert first == "<b>Paid</b> &lt;Due&gt; <b>&lt;Due&gt;</b> <b>A</b>"
    assert second == "<b>Paid</b> Open <b>Open</b> <b>A</b>"
    assert asked == ["Paid", "<Due>", "A", "Open", "A"]
