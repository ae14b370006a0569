"""Container images without a container engine: an OCI archive is a tar of JSON and compressed
layers.

Python's standard library, ldd and dpkg. The same input gives the same bytes.
"""
