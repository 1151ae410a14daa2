"""PubMed terms: linted, parsed and evaluated on records."""
