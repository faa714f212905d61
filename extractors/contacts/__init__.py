"""Ways to reach somebody, one kind or one question a file; `extractors.components.contacts` puts them together."""
