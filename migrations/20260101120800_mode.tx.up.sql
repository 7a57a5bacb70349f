-- Whether this database is the real one or a demonstration, noted by the first program that used it. The
-- demonstration lets anybody in as anybody, so it must never open on real people.
CREATE TABLE used_for (
    one   boolean PRIMARY KEY DEFAULT true CONSTRAINT used_for_one CHECK (one),
    mode  text NOT NULL CONSTRAINT used_for_mode CHECK (mode IN ('demo', 'production')),
    since timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON used_for TO bursar_app;
