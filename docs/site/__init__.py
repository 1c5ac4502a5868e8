"""The documentation site: its sources put together from the tree (`bash .ci/site`)."""
