"""Page to facts: layouts, the spaCy pipeline, lexicons, record types. Pure functions over bytes and text."""
