"""What an exit code means. They are stable: scripts may rely on them."""

DONE = 0
NOT_SO = 1
WRONG_USAGE = 2
UNAVAILABLE = 3
WRONG_SETTINGS = 4
BROKEN = 5
INTERRUPTED = 130

MEANINGS = {
    DONE: "It is done, or it is so.",
    NOT_SO: "It was refused, or what was asked is not so: something is unhealthy, untrue or not there.",
    WRONG_USAGE: "The command was not understood, or a value in it cannot be used.",
    UNAVAILABLE: "Something that is needed does not answer or is in use; trying again can help.",
    WRONG_SETTINGS: "A setting of the stack is wrong.",
    BROKEN: "Haat itself failed; the message has a traceback.",
    INTERRUPTED: "It was interrupted with Ctrl-C.",
}
