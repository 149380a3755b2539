"""Every command: nouns and what they are for, their verbs, and what each takes. The module of a noun is haat/cli/NOUN.py.

What a command takes is written as in a line of usage: `FILE`, `--seller EMAIL`, and in brackets what may be left out. FILE and DIR are paths,
`[JOB…]` is any number of them. The parser is made from it, and so are the help and docs/reference/cli.md.
"""

Takes = dict[str, str]
Verbs = dict[str, tuple[str, Takes]]

EVERYWHERE: Takes = {
    "[--data DIR]": "the folder of the stack; else HAAT_DATA says it, else it is ./data",
    "[--json]": "answer in JSON, for programs",
}

# A noun without verbs has its one command under "".
NOUNS: dict[str, tuple[str, Verbs]] = {
    "up": (
        "Start the stack, and make it first if it is not there",
        {
            "": (
                "Start the stack, and make it first if it is not there",
                {
                    "[--preset NAME]": "the kind of market that a new stack becomes",
                    "[--port N]": "the port to listen on, whatever haat.toml says",
                    "[--empty]": "make a new stack without goods to look at",
                },
            )
        },
    ),
    "health": (
        "Ask every part of the stack how it is",
        {
            "": (
                "Ask every part of the stack how it is",
                {
                    "[--detailed]": "the machine, the processes, what is outside and doubtful settings too",
                    "[--continuous]": "again and again, until Ctrl-C; with --json a line each time",
                    "[--interval SECONDS]": "how long to wait between two; else 30",
                },
            )
        },
    ),
    "ps": (
        "List the processes of the stack, and what they take of the machine",
        {"": ("List the processes of the stack, and what they take of the machine", {})},
    ),
    "probe": (
        "Call an address, and tell how long each stretch of the way takes",
        {
            "": (
                "Call an address, and tell how long each stretch of the way takes",
                {
                    "[URL]": "such as https://shop.example/health; else the health of this stack",
                    "[--order]": "buy one thing of this stack with a card of the sandbox, and give it back",
                },
            )
        },
    ),
    "truth": (
        "Check that the books balance and every other promise holds",
        {
            "": (
                "Check that the books balance and every other promise holds",
                {"[--at WHEN]": "of a stack that was restored as it was then: 14:05, 2026-11-28T14:05:30, in UTC"},
            )
        },
    ),
    "config": (
        "The settings of the stack",
        {
            "show": ("Print the settings in force, and where each was written", {}),
            "check": ("Say what is wrong with the settings, all of it at once", {}),
            "example": ("Print every setting with its default and its explanation", {}),
        },
    ),
    "accounts": (
        "People, and what they may do",
        {
            "team": ("List everybody who has a role", {}),
            "appoint": ("Make somebody an administrator", {"EMAIL": "the address with which they sign in"}),
            "new-password": (
                "Give somebody whom no mail reaches a new random password",
                {"EMAIL": "the address with which they sign in"},
            ),
        },
    ),
    "listings": (
        "What is for sale",
        {
            "import": (
                "Read a catalogue from a file",
                {
                    "FILE": "a CSV of Haat, or a product export of Spree or Shopify",
                    "--seller EMAIL": "whose shop the listings come into",
                    "[--dry-run]": "do all of it, say what would be, and keep nothing",
                    "[--photos DIR]": "take pictures from this folder, by their names",
                },
            ),
            "export": (
                "Write a catalogue to a file that import reads",
                {"FILE": "where to write; - for standard output", "--seller EMAIL": "whose shop is exported"},
            ),
        },
    ),
    "search": ("The search index", {"reindex": ("Make the index again from the listings", {})}),
    "migrate": (
        "The schema of the database",
        {
            "status": ("List what the database is still to get, before or after the new code", {}),
            "before": ("Make the changes that go before the new code; the previous release runs on", {}),
            "after": ("Make all changes that are left, once only the new code runs", {}),
        },
    ),
    "jobs": (
        "Work for later",
        {
            "dead": ("List the jobs that failed for good", {}),
            "replay": (
                "Let jobs that failed for good run again",
                {"[JOB…]": "their ids, as `haat jobs dead` prints them; without any, all of them"},
            ),
        },
    ),
    "payments": (
        "Money at the gateway",
        {
            "reconcile": (
                "Compare a day of the gateway with the books",
                {
                    "[--day D]": "the day in UTC, such as 2026-11-28; else yesterday",
                    "[--file FILE]": "the gateway's report as CSV, instead of asking the gateway",
                },
            ),
            "report": (
                "Print what the gateway says it did on a day, as CSV",
                {"[--day D]": "the day in UTC, such as 2026-11-28; else yesterday"},
            ),
        },
    ),
    "process": (
        "The processes that deals follow",
        {
            "list": ("List the processes, with all their versions", {}),
            "show": (
                "Print the states and the moves of a process",
                {"PROCESS": "its name, like “purchase”, or one version of it, like “purchase.1”"},
            ),
            "check": ("Say what is wrong with a process, before it is used", {"FILE": "the process, as TOML"}),
            "draw": (
                "Print a process as a picture, in SVG",
                {"PROCESS": "its name, like “purchase”, or one version of it, like “purchase.1”"},
            ),
        },
    ),
    "runbook": (
        "Procedures that keep the stack running, and their runs",
        {
            "list": ("List every procedure, and what it is for", {}),
            "show": ("Explain a procedure: when, with what, and each of its steps", {"PROCEDURE": "its name"}),
            "run": (
                "Run a procedure",
                {
                    "PROCEDURE": "its name",
                    "[PARAMETER…]": "what it has to be told, as NAME=VALUE",
                    "[--dry-run]": "print exactly what would be done, and do nothing",
                },
            ),
            "history": ("List what was run, the youngest first, or tell all of one run", {"[RUN]": "its id"}),
            "resume": (
                "Go on with a run that was killed or failed",
                {"RUN": "its id", "[--dry-run]": "print exactly what would be done, and do nothing"},
            ),
            "undo": (
                "Take back what a run did",
                {"RUN": "its id", "[--dry-run]": "print exactly what would be done, and do nothing"},
            ),
            "render": ("Write the runbook of this stack as a page, with what the last drills came to", {}),
        },
    ),
    "backup": (
        "Sets of the whole stack, each restored before it is called good",
        {
            "take": (
                "Take a set, restore it in a scratch place, and examine the shop in it",
                {
                    "[--unproved]": "leave the restoring to `haat backup prove`",
                    "[--dry-run]": "print what would be read and where it would go, and do nothing",
                },
            ),
            "list": (
                "List every set, and whether it was proved",
                {"[--removed]": "those that are not there any more, and of which a bucket has a version"},
            ),
            "show": ("Tell what a set is made of, and what its proof came to", {"SET": "its id"}),
            "status": (
                "Tell whether there is a good set from today, and how far the log is proved; what is not so ends with 1",
                {},
            ),
            "objectives": (
                "Tell what would be lost now and how soon all would be back, beside what is demanded; what is not so ends with 1",
                {},
            ),
            "prove": (
                "Restore a set in a scratch place, and examine the shop in it",
                {
                    "[SET]": "its id; else the newest",
                    "[--thorough]": "look for each row in each index also of a database larger than 500 MB",
                    "[--newest]": "a set that was proved, and all that was shipped after it: can the log be replayed?",
                },
            ),
            "verify": ("Read every byte of the repository, and name what cannot be trusted", {}),
            "mend": (
                "Put back what is missing or damaged from older versions that a bucket has, each opened first; what has none ends with 1",
                {
                    "[SET]": "bring back this one, which was removed; else what `haat backup verify` names",
                    "[--dry-run]": "open the versions and tell which would be put back, and do nothing",
                },
            ),
            "adopt": (
                "Make the repository that of this stack, which has taken the place of the one whose it was; what was a copy is the shop from now on",
                {
                    "[DIR]": "the stack in this folder, which was restored from there; else the one here",
                    "[--dry-run]": "tell whose it is, and do nothing",
                },
            ),
            "restore": (
                "Bring a set back: into a folder of its own, or in the place of the database of a stack that does not run",
                {
                    "[SET]": "its id; else the newest that was proved, or what is kept up to now",
                    "[--into DIR]": "a folder that does not exist yet",
                    "[--replace]": "prove a copy of the database beside it, and put it in its place; what was there is kept",
                    "[--beside]": "prove such a copy, which `haat backup swap` puts in its place",
                    "[--to WHEN]": "as it was then: 15m (that long ago), 14:05, 2026-11-28 or 2026-11-28T14:05:30, in UTC",
                    "[--newest]": "with --into: the newest that is kept and is sound, from whichever set",
                    "[--dry-run]": "print what would be done, and do nothing",
                },
            ),
            "swap": (
                "Put the copy that was proved beside the database in its place, or go on with that",
                {
                    "[--back]": "put back what was there before",
                    "[--drop]": "let go of the copy, which waits for its place no longer",
                    "[--dry-run]": "print what would get which name, and do nothing",
                },
            ),
            "carry": (
                "Bring the database of a stack that was restored to the server that `store.url` names here, and let the stack name it",
                {
                    "DIR": "the folder that it was restored into",
                    "[--dry-run]": "say whether it could come there, and do nothing",
                },
            ),
            "media": (
                "List every version of a photo or another file of people, or bring one back",
                {
                    "[PATH]": "its path below the data folder; else the paths of all are listed",
                    "[--set SET]": "bring back the version of this set, into its place if it is missing or damaged",
                    "[--into FILE]": "bring it there, to a file that does not exist yet",
                },
            ),
            "prune": (
                "Let go of sets that are older and more than are kept",
                {"[--dry-run]": "print what would go, and do nothing"},
            ),
        },
    ),
    "profile": (
        "See where the processes of a service spend their time, while they run",
        {
            "": (
                "See where the processes of a service spend their time, while they run",
                {
                    "[SERVICE]": "which of those that `haat ps` names, such as worker; else web",
                    "[--seconds N]": "for how long they look at themselves, at most 60; else 10",
                },
            )
        },
    ),
    "maintenance": (
        "What is due each day, each week and each month",
        {
            "list": ("List every task: how it stands, and when it is due", {}),
            "show": ("Tell all of a task: by what it is done, when it was, and what came of it", {"TASK": "its name"}),
            "run": ("Run the procedure of a task now", {"TASK": "its name"}),
            "tick": (
                "Say that a task which is for a person is done",
                {"TASK": "its name", "[--said REMARK]": "what was seen, for those who come after"},
            ),
        },
    ),
    "pause": (
        "Let nothing be done by itself for a while",
        {
            "begin": (
                "Let nothing be done by itself from now on, until a time",
                {"--why WHY": "for those who wonder", "[--for SPAN]": "for how long: 30m, 2h, at most 7d; else 2h"},
            ),
            "end": ("Let things be done by themselves again, before the time", {}),
            "show": ("Tell whether something is paused, by whom, why and until when", {}),
        },
    ),
    "drill": (
        "Break a stack of its own on purpose, and prove that it is mended",
        {
            "list": ("List every drill, and on which databases it is done", {}),
            "run": (
                "Carry out a drill, and then once more with each of its answers broken",
                {
                    "[DRILL]": "its name",
                    "[--all]": "every drill, on every database that this machine has",
                    "[--database KIND]": "on this one alone: sqlite, postgresql or mariadb",
                    "[--mutation NAME]": "only with this answer broken: the drill must then fail",
                },
            ),
            "report": ("Tell what the last drills came to, and write it as one page", {}),
        },
    ),
    "cache": (
        "The pages that are kept for a while",
        {
            "look": ("Tell what is kept, how it is, and how many requests of the last hour it answered", {}),
            "clear": (
                "Throw away pages that are kept, everywhere",
                {
                    "[--key PATH]": "this one, with its query if it has one",
                    "[--pattern GLOB]": "those whose path and query fit, such as '/category/*'",
                    "[--all]": "everything; it asks first",
                    "[--yes]": "do not ask",
                    "[--dry-run]": "print exactly what would be done, and do nothing",
                },
            ),
            "warm": (
                "Ask for the pages that were asked for most in the last hour, so that they are kept",
                {
                    "[--top N]": "how many, each in every language; else 20",
                    "[--dry-run]": "print exactly what would be done, and do nothing",
                },
            ),
        },
    ),
    "logs": (
        "What the parts of the stack wrote down",
        {
            "read": (
                "Print the last lines that are looked for, oldest first",
                {
                    "[PART…]": "whose: web, worker, console, keeper, up; without any, all of them in the order of time",
                    "[--request ID]": "of this request: it is in the answer, on the page of an error and in its jobs",
                    "[--text TEXT]": "in which this stands, in small letters or large",
                    "[--level LEVEL]": "debug, info, warning or error: of this level and above",
                    "[--since WHEN]": "15m (that long ago), 14:05, 2026-11-28 or 2026-11-28T14:05:30, in UTC",
                    "[--until WHEN]": "the same",
                    "[--most N]": "at most so many lines; else 200",
                    "[--follow]": "go on with what is written from now on, until Ctrl-C; with --json a line each",
                },
            ),
            "patterns": (
                "Count what is said most often, beside the same span before",
                {
                    "[PART…]": "whose: web, worker, console, keeper, up; without any, all of them",
                    "[--level LEVEL]": "debug, info, warning or error: of this level and above",
                    "[--since WHEN]": "from when on; else an hour before the end",
                    "[--until WHEN]": "the end; else now",
                    "[--most N]": "at most so many messages; else 20",
                },
            ),
        },
    ),
    "database": (
        "What the database does now",
        {
            "look": ("Tell how it is, what it does, and what to do next", {}),
            "sessions": ("List its sessions: what each does, since when, and whom it waits for", {}),
            "explain": (
                "Show the way that it would take to answer a statement; nothing is done",
                {"STATEMENT": "one SELECT, with values in the place of its parameters"},
            ),
            "shell": ("Open its own shell, for reading", {"[--write]": "for writing too"}),
        },
    ),
    "operators": (
        "Who may sign in to the console",
        {
            "list": ("List every operator, and what each may do", {}),
            "add": (
                "Let somebody sign in to the console",
                {"NAME": "what they are called", "--role ROLE": "view, operate or administer"},
            ),
            "remove": ("Let somebody sign in no more", {"NAME": "what they are called"}),
            "new-password": (
                "Give somebody a new password and a new second factor",
                {"NAME": "what they are called"},
            ),
        },
    ),
    "console": (
        "Serve the operators' console alone, while the stack is down",
        {"": ("Serve the operators' console alone, while the stack is down", {})},
    ),
}
