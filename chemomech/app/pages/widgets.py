"""Native controls with their labels: what the keyboard and a screen reader know by themselves."""

from __future__ import annotations

from typing import Any

from trame.widgets import html


def button(
    text: str, call: Any, words: str = "[]", label: str = "", main: bool = False, **options: Any
) -> Any:
    """A button that calls a handler.

    Args:
        text: on it.
        call: handler, or an expression of the page.
        words: that it is called with, as an expression of the page.
        label: expression of what screen readers say in place of the text; the text if empty.
        main: whether it stands out.
        **options: of the element.
    """
    if label:
        options["__properties"] = [*options.get("__properties", []), ("spoken", ":aria-label")]
        options["spoken"] = label
    if "disabled" in options:
        options["__properties"] = [*options.get("__properties", []), ("off", ":disabled")]
        options["off"] = options.pop("disabled")
    click = call if isinstance(call, str) else (call, words)
    return html.Button(text, type="button", classes="main" if main else "plain", click=click, **options)


def text_field(label: str, name: str, identity: str, hint: str = "", **options: Any) -> None:
    """A line of text that is a part of the state."""
    with html.Div(classes="field"):
        html.Label(label, __properties=["for"], **{"for": identity})
        line(name, f"{name} = $event.target.value", id=identity, __properties=["id"], **options)
        if hint:
            html.Span(hint, classes="small")


def line(shown: str, change: Any, **options: Any) -> None:
    """A line of text, whose label stands elsewhere.

    Args:
        shown: expression of the text.
        change: what is done when it changes.
        **options: of the element.
    """
    properties = [*options.pop("__properties", []), ("shown", ":value")]
    html.Input(type="text", shown=shown, change=change, __properties=properties, **options)


def choice(
    label: str,
    shown: str,
    identity: str,
    entries: str,
    value: str = "entry",
    text: str = "entry",
    **options: Any,
) -> None:
    """A list to choose from, with its label.

    Args:
        label: beside it.
        shown: see ``choice_alone``, as are the others.
        identity: of the element.
        entries: expression of the list.
        value: expression of the value of an ``entry``.
        text: expression of its text.
        **options: the rest of them.
    """
    with html.Div(classes="control"):
        html.Label(label, __properties=["for"], **{"for": identity})
        choice_alone(shown, entries, value, text, id=identity, __properties=["id"], **options)


def choice_alone(
    shown: str,
    entries: str,
    value: str = "entry",
    text: str = "entry",
    change: Any = None,
    none: tuple[str, str] | None = None,
    groups: str = "",
    **options: Any,
) -> None:
    """A list to choose from, whose label stands elsewhere.

    Args:
        shown: expression of the value that is chosen: a name of the state, where the choice sets it.
        entries: expression of the list.
        value: expression of the value of an ``entry``.
        text: expression of its text.
        change: what is done when another is chosen; the state is set if not given.
        none: value and text of a first entry, for nothing.
        groups: expression of what the list is made of: each ``group`` has a name and its entries.
        **options: of the element.
    """
    properties = [*options.pop("__properties", []), ("shown", ":value")]
    set_it = f"{shown} = $event.target.value" if change is None else change
    with html.Select(shown=shown, change=set_it, __properties=properties, **options):
        if none is not None:
            html.Option(none[1], value=none[0], __properties=["value"])
        if groups:
            with html.Optgroup(
                v_for=f"group in {groups}",
                __properties=[("key_of", ":key"), ("named", ":label")],
                key_of="group.name",
                named="group.name",
            ):
                _entries(entries, value, text)
        else:
            _entries(entries, value, text)


def _entries(entries: str, value: str, text: str) -> None:
    html.Option(
        f"{{{{ {text} }}}}",
        v_for=f"entry in {entries}",
        __properties=[("key_of", ":key"), ("value_of", ":value")],
        key_of=value,
        value_of=value,
    )


def slider(label: str, name: str, identity: str, last: str = "100", spoken: str = "", **options: Any) -> None:
    """A slider of whole numbers from 0, that acts while it is drawn along.

    Args:
        label: expression of what stands beside it.
        name: of the state that it sets.
        identity: of the element.
        last: expression of its largest value.
        spoken: expression of its value in words; none if empty.
        **options: of the element.
    """
    with html.Div(classes="control"):
        html.Label(f"{{{{ {label} }}}}", __properties=["for"], **{"for": identity})
        properties = ["id", "min", "step", ("last", ":max"), ("shown", ":value")]
        if spoken:
            properties.append(("spoken", ":aria-valuetext"))
            options["spoken"] = spoken
        html.Input(
            type="range",
            id=identity,
            __properties=properties,
            min="0",
            step="1",
            last=last,
            shown=name,
            input=f"{name} = Number($event.target.value)",
            **options,
        )


def tick(label: str, name: str, identity: str) -> None:
    """A box to be ticked, which sets a state."""
    with html.Div(style="display:flex;gap:6px;align-items:center"):
        box(name, f"{name} = $event.target.checked", id=identity, __properties=["id"])
        html.Label(label, __properties=["for"], style="font-weight:400", **{"for": identity})


def box(on: str, change: str, **options: Any) -> None:
    """The box of a tick, whose label stands elsewhere.

    Args:
        on: expression of whether it is ticked.
        change: what is done when that changes.
        **options: of the element.
    """
    properties = [*options.pop("__properties", []), ("on", ":checked")]
    html.Input(type="checkbox", on=on, change=change, __properties=properties, **options)
