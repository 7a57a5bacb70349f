-- Who looked at what did not agree, and what they found.
ALTER TABLE quarantine
    ADD resolved_by bigint REFERENCES people,
    ADD found text NOT NULL DEFAULT '' CONSTRAINT quarantine_found CHECK (length(found) <= 1000),
    ADD CONSTRAINT quarantine_resolved CHECK ((resolved_at IS NULL) = (found = ''));
