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
        html.Input(
            type="text",
            id=identity,
            __properties=["id", ("shown", ":value")],
            shown=name,
            change=f"{name} = $event.target.value",
            **options,
        )
        if hint:
            html.Span(hint, classes="small")


def choice(label: str, name: str, identity: str, options: str, value: str, text: str) -> None:
    """A list to choose from.

    Args:
        label: beside it.
        name: of the state that it sets.
        identity: of the element.
        options: expression of the list.
        value: expression of the value of an ``entry``.
        text: expression of its text.
    """
    with html.Div(classes="control"):
        html.Label(label, __properties=["for"], **{"for": identity})
        with html.Select(
            id=identity,
            __properties=["id", ("shown", ":value")],
            shown=name,
            change=f"{name} = $event.target.value",
        ):
            html.Option(
                f"{{{{ {text} }}}}",
                v_for=f"entry in {options}",
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
    """A box to be ticked."""
    with html.Div(style="display:flex;gap:6px;align-items:center"):
        html.Input(
            type="checkbox",
            id=identity,
            __properties=["id", ("on", ":checked")],
            on=name,
            change=f"{name} = $event.target.checked",
        )
        html.Label(label, __properties=["for"], style="font-weight:400", **{"for": identity})
