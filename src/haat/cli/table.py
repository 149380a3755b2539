"""Every command: its noun, what that is for, and its verbs. The module of a noun is haat/cli/NOUN.py."""

NOUNS: dict[str, tuple[str, dict[str, str]]] = {
    "up": ("Start the stack, and make it first if it is not there", {}),
    "health": ("Ask every part of the stack how it is", {}),
    "truth": ("Check that the books balance and every other promise holds", {}),
    "config": (
        "The settings of the stack",
        {
            "show": "Print the settings in force, and where each was written",
            "check": "Say what is wrong with the settings, all of it at once",
            "example": "Print every setting with its default and its explanation",
        },
    ),
    "accounts": (
        "People, and what they may do",
        {
            "team": "List everybody who has a role",
            "rescue": "Give an account a new random password, and make it an administrator",
        },
    ),
    "listings": (
        "What is for sale",
        {
            "import": "Read a catalogue from a file",
            "export": "Write the catalogue to a file that import reads",
        },
    ),
    "search": ("The search index", {"reindex": "Make the index again from the listings"}),
    "jobs": (
        "Work for later",
        {
            "dead": "List the jobs that failed for good",
            "replay": "Let jobs that failed for good run again",
        },
    ),
    "process": (
        "The processes that deals follow",
        {
            "list": "List the processes, with all their versions",
            "show": "Print the states and the moves of a process",
            "check": "Say what is wrong with a process, before it is used",
        },
    ),
}
