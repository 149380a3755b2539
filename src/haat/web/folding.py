"""What is the same on every page of a language is worked out when its templates are compiled, and not for each page again.

A page says some sixty messages, icons and addresses that depend on nothing but the language. Worked out once, they are part of the text
between the values, and a page takes about half the time.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

FUNCTIONS = frozenset({"_", "gettext", "url_for_static"})
"""Functions of the environment that say the same to the same arguments, in every environment of the language."""

MACROS = frozenset({"parts/ui.html"})
"""Templates whose macros use nothing but their arguments and what the environment holds."""


class FoldingEnvironment(Environment):
    """An environment that compiles calls with constant arguments to what they answer. Its globals are complete before any template is asked for."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary: a chain of two, as it is otherwise, is copied name by name for each page."""
        return {**self.globals, **(d or {})}

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Folder(self, source).visit(source), *args, **kwargs)


class _Folder(NodeTransformer):
    def __init__(self, environment: Environment, template: nodes.Template) -> None:
        self._environment = environment
        self._macros = {
            found.target: found.template.value
            for found in template.find_all(nodes.Import)
            if isinstance(found.template, nodes.Const) and found.template.value in MACROS and not found.with_context
        }

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802  Jinja looks for this name.
        """What is called here is also given a body, so the call itself stays."""
        node.body = [self.visit(child) for child in node.body]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        function = self._function(node.node)
        if function is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        try:
            args = [arg.as_const() for arg in node.args]
            named = {pair.key: pair.value.as_const() for pair in node.kwargs}
        except nodes.Impossible:
            return node
        return nodes.Const(function(*args, **named), lineno=node.lineno)

    def _function(self, called: nodes.Expr) -> Any:
        match called:
            case nodes.Name(name=name) if name in FUNCTIONS:
                return self._environment.globals[name]
            case nodes.Getattr(node=nodes.Name(name=name), attr=macro) if name in self._macros:
                return getattr(self._environment.get_template(self._macros[name]).module, macro)
        return None
