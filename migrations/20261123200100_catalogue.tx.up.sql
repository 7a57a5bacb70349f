-- How often the days, hours or places of a run have changed: calendars keep what has the highest number.
ALTER TABLE runs
    ADD edition integer NOT NULL DEFAULT 0 CONSTRAINT runs_edition CHECK (edition >= 0),
    ADD CONSTRAINT runs_minimum CHECK (minimum >= 0),
    ADD CONSTRAINT runs_day CHECK (day_ends > day_starts);

-- The blocks of a run lie one after the other. A link is up to 500 characters long.
ALTER TABLE blocks
    DROP CONSTRAINT blocks_link_form,
    ADD CONSTRAINT blocks_link_form CHECK (link = '' OR (length(link) <= 500 AND link ~ '^https://[^\s]+$')),
    ADD CONSTRAINT blocks_apart EXCLUDE USING gist
        (int8range(run_id, run_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&) DEFERRABLE INITIALLY IMMEDIATE;

-- Whoever books for an organisation learns where and when, and not by which link the days are joined.
REVOKE SELECT ON blocks FROM bursar_employer;
GRANT SELECT (id, run_id, number, starts_on, ends_on, venue) ON blocks TO bursar_employer;
