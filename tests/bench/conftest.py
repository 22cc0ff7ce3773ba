"""The peers' modules import what may not be installed; they have no tests of their own to collect."""

collect_ignore_glob = ["peers/*", "jobs/*"]
