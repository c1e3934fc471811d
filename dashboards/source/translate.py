"""Turns a dashboard into another language by a table: every text that people read is looked up."""

import json
import re

# Values of these keys are texts; so is `value` of the overridden properties below, and `text` of mappings.
_TEXT_KEYS = {"title", "description", "noValue", "tooltip", "label", "legendFormat", "displayName"}
_TEXT_PROPERTIES = {"displayName", "noValue"}
# A legend or name that consists of labels alone reads the same in every language.
_LABELS_ALONE = re.compile(r"(\{\{\w+\}\}|[\s/:()–])*")
_ENTRY = re.compile(r'(?m)^msgid (".*")\nmsgstr (".*")$')


class Table:
    """Looks texts up; remembers which ones it lacks and which it never needed."""

    def __init__(self, texts):
        self._texts = texts
        self.missing = set()
        self._used = set()

    @classmethod
    def load(cls, path):
        """Reads a gettext catalogue whose texts are on one line each."""
        entries = _ENTRY.findall(path.read_text(encoding="utf-8"))
        return cls({json.loads(text): json.loads(translated) for text, translated in entries
                    if text != '""'})

    def items(self):
        return self._texts.items()

    def look_up(self, text):
        if _LABELS_ALONE.fullmatch(text):
            return text
        self._used.add(text)
        if text not in self._texts:
            self.missing.add(text)
        return self._texts.get(text, text)

    def unused(self):
        return set(self._texts) - self._used


def _is_text(parent, key):
    if key in _TEXT_KEYS:
        return True
    if key == "value":
        return parent.get("id") in _TEXT_PROPERTIES
    # A mapping's text has a colour beside it; the text of a variable's choice is a value.
    if key == "text":
        return "color" in parent
    # The name of an annotation.
    return key == "name" and "iconColor" in parent


def _translate_overrides(panel, table):
    """Overrides find a series by its legend, so that they change with it."""
    legends = {target["legendFormat"] for target in panel["targets"]}
    overrides = []
    for override in translate(panel["fieldConfig"]["overrides"], table):
        name = override["matcher"]["options"]
        matcher = {**override["matcher"], "options": table.look_up(name) if name in legends else name}
        overrides.append({**override, "matcher": matcher})
    return overrides


def translate(node, table):
    """Returns a copy of a dashboard, or of a part of it, with every text replaced by that of the table."""
    if isinstance(node, list):
        return [translate(child, table) for child in node]
    if not isinstance(node, dict):
        return node
    result = {key: table.look_up(value) if isinstance(value, str) and _is_text(node, key)
              else translate(value, table) for key, value in node.items()}
    if "targets" in node:
        result["fieldConfig"]["overrides"] = _translate_overrides(node, table)
    return result
