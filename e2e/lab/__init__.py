"""Lab: a local cluster with Keysteward, a key provider and an application, for the demo and the
end-to-end scenarios. Everything is driven by kubectl and helm, never by our own client."""
