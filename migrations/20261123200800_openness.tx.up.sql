-- What is published of cohorts that have begun and of rounds that are decided. It holds no number of people under five, so
-- that whoever reads the table knows no more than the page says; only the program writes it.
CREATE TABLE openness (
    kind    text NOT NULL CONSTRAINT openness_kind CHECK (kind IN ('cohort', 'round')),
    code    text NOT NULL,
    year    integer NOT NULL,          -- in which the cohort began or the round was decided
    body    jsonb NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE INDEX openness_of_year ON openness (year, kind, code);
GRANT SELECT ON openness TO bursar_app;
GRANT INSERT, UPDATE ON openness TO bursar_worker;
