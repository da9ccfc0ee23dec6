"""The demo: a believable company on a throwaway database, with doors that exist nowhere else.

It may import every entrypoint, because it is all of them in one process; nothing imports it but
`entrypoints.cli.demo`.
"""
