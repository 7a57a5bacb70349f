-- Where a block is taught when that is not the run's own place, and the link by which an online day is joined: for who
-- has a place and who teaches, never for the public.
ALTER TABLE blocks
    ADD venue text NOT NULL DEFAULT '' CONSTRAINT blocks_venue_short CHECK (length(venue) <= 200),
    ADD link  text NOT NULL DEFAULT '' CONSTRAINT blocks_link_form CHECK (link = '' OR link ~ '^https://[^\s]{3,480}$'),
    ADD CONSTRAINT blocks_dates UNIQUE (id, starts_on, ends_on);

-- What completing a run takes, and until when staff decide whether it goes ahead.
ALTER TABLE runs
    ADD attendance_bp  integer NOT NULL DEFAULT 8000 CONSTRAINT runs_attendance CHECK (attendance_bp BETWEEN 1 AND 10000), -- of the half days, in basis points
    ADD may_miss_block boolean NOT NULL DEFAULT false, -- false: no whole block without making it up
    ADD decide_by      date,                           -- null: six weeks before the first day
    ADD decided_at     timestamptz;                    -- staff said that it goes ahead

--bun:split

-- Who teaches. Whether they are a peer is said by themselves or not at all.
CREATE TABLE trainers (
    person_id    bigint PRIMARY KEY REFERENCES people,
    peer         boolean NOT NULL DEFAULT false,
    introduction text NOT NULL DEFAULT '' CONSTRAINT trainers_introduction_short CHECK (length(introduction) <= 600),
    since        timestamptz NOT NULL,
    until        timestamptz
);

-- Who teaches a block. The dates follow the block's, so that nobody is in two places on one day.
CREATE TABLE block_trainers (
    block_id  bigint NOT NULL,
    person_id bigint NOT NULL REFERENCES trainers,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    PRIMARY KEY (block_id, person_id),
    FOREIGN KEY (block_id, starts_on, ends_on) REFERENCES blocks (id, starts_on, ends_on) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT block_trainers_in_one_place EXCLUDE USING gist
        (int8range(person_id, person_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&) DEFERRABLE INITIALLY IMMEDIATE
);
CREATE INDEX block_trainers_of_person ON block_trainers (person_id, starts_on);

GRANT SELECT, INSERT, UPDATE (peer, introduction, until) ON trainers TO bursar_app;
GRANT SELECT, INSERT, DELETE ON block_trainers TO bursar_app;
