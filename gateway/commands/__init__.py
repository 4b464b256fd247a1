"""One module per command of `hotline`; each has `run(options) -> exit code`.

Law: a command reads its arguments, calls one part, prints. Answers go to standard output, complaints to standard error.
"""
