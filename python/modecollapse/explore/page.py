"""The pages: one HTML text each, with its style, its JavaScript and its data inside."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent / "assets"


def asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def page(name: str, scripts: tuple[str, ...], data: Any, title: str, nonce: str = "") -> str:
    """assets/NAME.html around the style, the data as JSON, and the scripts in this order."""
    mark = f' nonce="{nonce}"' if nonce else ""
    text = json.dumps(data, allow_nan=False).replace("<", "\\u003c")  # ends no script
    parts = {
        "title": escape(title),
        "style": f"<style{mark}>\n{asset('style.css')}</style>",
        "data": f'<script{mark} type="application/json" id="data">{text}</script>',
        "scripts": "\n".join(f"<script{mark}>\n{asset(script)}</script>" for script in scripts),
    }
    document = asset(f"{name}.html")
    for place in ("title", "style", "scripts"):  # the data last: nothing in it is a place
        document = document.replace(f"<!--{place}-->", parts[place])
    return document.replace("<!--data-->", parts["data"])


def explore_page(nonce: str) -> str:
    from .controls import configuration

    scripts = ("draw.js", "controls.js", "mixture.js", "linear_vae.js", "explore.js")
    return page("explore", scripts, configuration(), "modecollapse: explore", nonce)
