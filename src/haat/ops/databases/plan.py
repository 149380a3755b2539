"""The way that a database would take to answer a statement, as a tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple


class Node(NamedTuple):
    """One thing that is done, with about how many rows come out of it, and what it is done with below it.

    `reads_all` names a table that it reads from end to end, and `reads_rows` says about how many rows that has, if it is known.
    """

    what: str
    rows: int | None = None
    cost: float | None = None
    reads_all: str = ""
    reads_rows: int | None = None
    below: Sequence[Node] = ()


def of_postgresql(rows: Sequence[Sequence[Any]], sizes: Mapping[str, int]) -> Node:
    """What EXPLAIN (FORMAT JSON) said. `sizes` has about how many rows are in each table."""
    said = rows[0][0]
    plans = json.loads(said) if isinstance(said, str) else said
    return _of_postgresql(plans[0]["Plan"], sizes)


def of_mariadb(rows: Sequence[Sequence[Any]]) -> Node:
    """What EXPLAIN FORMAT=JSON said."""
    block = json.loads(rows[0][0])["query_block"]
    return Node("the whole", cost=block.get("cost"), below=tuple(_of_mariadb(block)))


def of_sqlite(rows: Sequence[Sequence[Any]]) -> Node:
    """What EXPLAIN QUERY PLAN said: rows of id, parent, and a sentence."""
    return Node("the whole", below=tuple(_of_sqlite(rows, 0)))


def _of_postgresql(plan: Mapping[str, Any], sizes: Mapping[str, int]) -> Node:
    table = plan.get("Relation Name", "")
    on = f" on {table}" if table else ""
    by = f" by {plan['Index Name']}" if "Index Name" in plan else ""
    conditions = [str(plan[name]) for name in ("Index Cond", "Hash Cond", "Merge Cond", "Filter") if name in plan]
    what = f"{plan['Node Type']}{on}{by}" + (f" where {' and '.join(conditions)}" if conditions else "")
    reads_all = table if plan["Node Type"] == "Seq Scan" else ""
    below = tuple(_of_postgresql(one, sizes) for one in plan.get("Plans", ()))
    return Node(what, plan["Plan Rows"], plan["Total Cost"], reads_all, sizes.get(reads_all), below)


def _of_mariadb(part: Any) -> Iterator[Node]:
    """Every thing that is named within: a table with how it is read, or a step with what is below it."""
    if isinstance(part, list):
        for one in part:
            yield from _of_mariadb(one)
        return
    for name, inner in part.items():
        if name == "table":
            yield _table_of_mariadb(inner)
        elif isinstance(inner, dict | list) and name not in _NO_STEPS:
            below = tuple(_of_mariadb(inner))
            yield from below if name in _ONLY_GROUPS else [Node(name.replace("_", " ").replace("-", " "), below=below)]


def _table_of_mariadb(table: Mapping[str, Any]) -> Node:
    name, access = table.get("table_name", "?"), table.get("access_type", "")
    by = f" by {table['key']}" if "key" in table else ""
    condition = f" where {table['attached_condition']}" if "attached_condition" in table else ""
    reads_all = name if access == "ALL" and not name.startswith("<") else ""
    below = tuple(_of_mariadb(table.get("materialized", {})))
    rows = table.get("rows")
    return Node(f"{access} on {name}{by}{condition}", rows, table.get("cost"), reads_all, rows, below)


def _of_sqlite(rows: Sequence[Sequence[Any]], parent: int) -> Iterator[Node]:
    for number, above, _, said in rows:
        if above == parent:
            words = said.split()
            reads_all = words[1] if words[:1] == ["SCAN"] and "USING" not in words and len(words) > 1 else ""
            yield Node(said, reads_all=reads_all, below=tuple(_of_sqlite(rows, number)))


_NO_STEPS = {"possible_keys", "used_key_parts", "ref", "partitions", "index_merge"}
_ONLY_GROUPS = {"nested_loop", "query_specifications", "query_block"}
