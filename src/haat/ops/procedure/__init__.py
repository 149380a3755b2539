"""The heart of operations: a procedure is steps that check, act, verify and undo, and a run of it is written down before it acts."""

from haat.ops.procedure.deed import Clearing, Deed, Note, Program, Removal, Renaming, Start, Statement, Visit
from haat.ops.procedure.procedure import Parameter, Procedure
from haat.ops.procedure.scene import Scene
from haat.ops.procedure.step import Finding, Irreversible, Step

__all__ = [
    "Clearing",
    "Deed",
    "Finding",
    "Irreversible",
    "Note",
    "Parameter",
    "Procedure",
    "Program",
    "Removal",
    "Renaming",
    "Scene",
    "Start",
    "Statement",
    "Step",
    "Visit",
]
