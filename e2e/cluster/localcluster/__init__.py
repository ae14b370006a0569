"""A real Kubernetes cluster on one Debian machine: control plane as host processes, nodes as
process trees in namespaces.

Python's standard library only. One module per concept; `commands` ties them together for the
`cluster` executable.
"""
