-- Who was there. bursar_trainer serves the pages of those who teach: row security shows it the names on the registers of the
-- blocks that they teach, and it has no right on anything that tells who pays, who applied for help, or what a place costs.
DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bursar_trainer') THEN
            CREATE ROLE bursar_trainer NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- made at the same moment for another database of this server
    END;
    EXECUTE format('GRANT bursar_trainer TO %I', current_user);
END
$$;
GRANT USAGE ON SCHEMA public TO bursar_trainer;

-- The register of half a day, made when something is first written in it. Its day stays within the block's.
CREATE TABLE registers (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    block_id  bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    day       date NOT NULL,
    half      text NOT NULL CONSTRAINT registers_half CHECK (half IN ('am', 'pm')),
    CONSTRAINT registers_once UNIQUE (block_id, day, half),
    CONSTRAINT registers_in_block CHECK (day BETWEEN starts_on AND ends_on),
    FOREIGN KEY (block_id, starts_on, ends_on) REFERENCES blocks (id, starts_on, ends_on) ON UPDATE CASCADE
);

-- Whether somebody was there. made_up: they were not, and caught it up in another run.
CREATE TABLE attendance_marks (
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    register_id  bigint NOT NULL REFERENCES registers,
    mark         text NOT NULL CONSTRAINT attendance_marks_mark CHECK (mark IN ('present', 'absent', 'made_up')),
    by_id        bigint NOT NULL REFERENCES people,
    at           timestamptz NOT NULL,
    PRIMARY KEY (enrolment_id, register_id)
);
CREATE INDEX attendance_marks_of_register ON attendance_marks (register_id);

-- What a page has sent, by the key that it made up: what is sent again changes nothing.
CREATE TABLE attendance_sendings (
    key       text PRIMARY KEY CONSTRAINT attendance_sendings_key CHECK (key ~ '^[A-Za-z0-9-]{16,64}$'),
    person_id bigint NOT NULL REFERENCES people,
    at        timestamptz NOT NULL
);
CREATE INDEX attendance_sendings_by_age ON attendance_sendings (at);

-- A half day that somebody missed, and where and when they make it up. It becomes a mark when they were there.
CREATE TABLE make_ups (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    missed_id    bigint NOT NULL REFERENCES registers,
    block_id     bigint NOT NULL REFERENCES blocks ON DELETE CASCADE,
    day          date NOT NULL,
    half         text NOT NULL CONSTRAINT make_ups_half CHECK (half IN ('am', 'pm')),
    attended     boolean,
    arranged_by  bigint NOT NULL REFERENCES people,
    arranged_at  timestamptz NOT NULL,
    dropped_at   timestamptz
);
CREATE UNIQUE INDEX make_ups_one_for_each ON make_ups (enrolment_id, missed_id) WHERE dropped_at IS NULL AND attended IS DISTINCT FROM false;
CREATE UNIQUE INDEX make_ups_one_at_a_time ON make_ups (enrolment_id, block_id, day, half) WHERE dropped_at IS NULL;
CREATE INDEX make_ups_at ON make_ups (block_id, day, half) WHERE dropped_at IS NULL;

-- What takes two people: marks of a block that is over (with a register), or that somebody counts as having completed, or not,
-- against the rule (with an enrolment). Nothing of it holds until another has agreed.
CREATE TABLE attendance_requests (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id       bigint NOT NULL REFERENCES runs,
    register_id  bigint REFERENCES registers,
    enrolment_id bigint REFERENCES enrolments,
    completes    boolean,
    reason       text NOT NULL CONSTRAINT attendance_requests_reason CHECK (length(reason) BETWEEN 1 AND 500),
    asked_by     bigint NOT NULL REFERENCES people,
    asked_at     timestamptz NOT NULL,
    decided_by   bigint REFERENCES people,
    decided_at   timestamptz,
    outcome      text CONSTRAINT attendance_requests_outcome CHECK (outcome IN ('agreed', 'refused', 'taken_back')),
    CONSTRAINT attendance_requests_about CHECK ((register_id IS NULL) <> (enrolment_id IS NULL) AND (enrolment_id IS NULL) = (completes IS NULL)),
    CONSTRAINT attendance_requests_decided CHECK ((outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)),
    CONSTRAINT attendance_requests_two_people CHECK (outcome IS DISTINCT FROM 'agreed' OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX attendance_requests_one_of_register ON attendance_requests (register_id) WHERE outcome IS NULL AND register_id IS NOT NULL;
CREATE UNIQUE INDEX attendance_requests_one_of_place ON attendance_requests (enrolment_id) WHERE outcome IS NULL AND enrolment_id IS NOT NULL;
CREATE INDEX attendance_requests_agreed ON attendance_requests (enrolment_id, id) WHERE outcome = 'agreed' AND enrolment_id IS NOT NULL;
CREATE INDEX attendance_requests_of_run ON attendance_requests (run_id, id);
CREATE TABLE attendance_request_marks (
    request_id   bigint NOT NULL REFERENCES attendance_requests,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    mark         text NOT NULL CONSTRAINT attendance_request_marks_mark CHECK (mark IN ('present', 'absent')),
    PRIMARY KEY (request_id, enrolment_id)
);

-- What organisations were told of who was not there, and on which days they were written to.
CREATE TABLE absence_mails (
    organisation_id bigint NOT NULL REFERENCES organisations,
    on_day          date NOT NULL,
    PRIMARY KEY (organisation_id, on_day)
);
CREATE TABLE absence_notices (
    organisation_id bigint NOT NULL REFERENCES organisations,
    enrolment_id    bigint NOT NULL REFERENCES enrolments,
    day             date NOT NULL,                 -- on which they were not there
    on_day          date NOT NULL,                 -- on which the organisation was told
    PRIMARY KEY (enrolment_id, day, organisation_id),
    FOREIGN KEY (organisation_id, on_day) REFERENCES absence_mails
);

GRANT SELECT, INSERT ON registers, attendance_request_marks, absence_mails, absence_notices TO bursar_app;
GRANT UPDATE (id) ON registers TO bursar_app; -- always generated, so that it cannot change: only for locking a row
GRANT SELECT, INSERT, UPDATE (mark, by_id, at) ON attendance_marks TO bursar_app;
GRANT SELECT, INSERT, DELETE ON attendance_sendings TO bursar_app;
GRANT SELECT, INSERT, UPDATE (attended, dropped_at) ON make_ups TO bursar_app;
GRANT SELECT, INSERT, UPDATE (decided_by, decided_at, outcome) ON attendance_requests TO bursar_app;

--bun:split

-- The blocks that the person in whose name the work is done teaches, and the claims on places whose names stand on their
-- registers: those of the run, and whoever makes up half a day there.
CREATE FUNCTION taught_blocks() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.block_id FROM block_trainers t JOIN trainers w ON w.person_id = t.person_id AND w.until IS NULL
    WHERE t.person_id = nullif(current_setting('bursar.person', true), '')::bigint
$$;
CREATE FUNCTION taught_enrolments() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id FROM enrolments e
    WHERE e.status IN ('confirmed', 'completed') AND e.run_id IN (SELECT b.run_id FROM blocks b WHERE b.id IN (SELECT taught_blocks()))
    UNION
    SELECT u.enrolment_id FROM make_ups u JOIN enrolments e ON e.id = u.enrolment_id AND e.status IN ('confirmed', 'completed')
    WHERE u.dropped_at IS NULL AND u.block_id IN (SELECT taught_blocks())
$$;
CREATE FUNCTION taught_people() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.person_id FROM enrolments e WHERE e.id IN (SELECT taught_enrolments()) AND e.person_id IS NOT NULL
$$;
REVOKE EXECUTE ON FUNCTION taught_blocks, taught_enrolments, taught_people FROM PUBLIC;
GRANT EXECUTE ON FUNCTION taught_blocks, taught_enrolments, taught_people TO bursar_trainer;

ALTER TABLE attendance_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE make_ups ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_marks_open ON attendance_marks TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY make_ups_open ON make_ups TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY attendance_marks_trainer ON attendance_marks FOR SELECT TO bursar_trainer
    USING (register_id IN (SELECT r.id FROM registers r WHERE r.block_id IN (SELECT taught_blocks())));
CREATE POLICY make_ups_trainer ON make_ups FOR SELECT TO bursar_trainer USING (block_id IN (SELECT taught_blocks()));
CREATE POLICY enrolments_trainer ON enrolments FOR SELECT TO bursar_trainer USING (id IN (SELECT taught_enrolments()));
CREATE POLICY people_trainer ON people FOR SELECT TO bursar_trainer USING (id IN (SELECT taught_people()));
CREATE POLICY seat_names_trainer ON seat_names FOR SELECT TO bursar_trainer USING (enrolment_id IN (SELECT taught_enrolments()));
GRANT SELECT (id, slug, title) ON courses TO bursar_trainer;
GRANT SELECT (id, code, course_id, city, venue, status, day_starts, day_ends) ON runs TO bursar_trainer;
GRANT SELECT (id, run_id, number, starts_on, ends_on, venue) ON blocks TO bursar_trainer;
GRANT SELECT (id, block_id, day, half) ON registers TO bursar_trainer;
GRANT SELECT (enrolment_id, register_id, mark) ON attendance_marks TO bursar_trainer;
GRANT SELECT (id, enrolment_id, block_id, day, half, attended, dropped_at) ON make_ups TO bursar_trainer;
GRANT SELECT (id, code, run_id, person_id, status) ON enrolments TO bursar_trainer;
GRANT SELECT (id, name) ON people TO bursar_trainer;
GRANT SELECT (enrolment_id, name, until) ON seat_names TO bursar_trainer;

-- An organisation's people: how many half days somebody was there whose place their organisation has agreed to pay.
CREATE POLICY attendance_marks_employer ON attendance_marks FOR SELECT TO bursar_employer
    USING (EXISTS (SELECT FROM shares s WHERE s.enrolment_id = attendance_marks.enrolment_id AND s.agreed_at IS NOT NULL));
GRANT SELECT (enrolment_id, register_id, mark) ON attendance_marks TO bursar_employer;
GRANT SELECT (id, block_id, day, half) ON registers TO bursar_employer;

--bun:split

-- What somebody needs on a day, in a sentence that the access officer wrote and they agreed to. It is for the access officer and,
-- on that day's register, for who teaches it; everybody else in the program has no right here. Every reading is kept.
CREATE TABLE sensitive.day_notes (
    id           bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    enrolment_id bigint NOT NULL REFERENCES enrolments,
    block_id     bigint NOT NULL REFERENCES blocks ON DELETE CASCADE,
    day          date NOT NULL,
    body         bytea NOT NULL,                   -- sealed
    agreed_on    date NOT NULL,                    -- when they agreed that who teaches on that day reads it
    written_by   bigint NOT NULL REFERENCES people,
    written_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX day_notes_one_a_day ON sensitive.day_notes (enrolment_id, block_id, day);
CREATE INDEX day_notes_of_block ON sensitive.day_notes (block_id, day);
CREATE TABLE sensitive.day_note_reads (
    note_id   bigint NOT NULL,                     -- also of one that was taken back
    reader_id bigint NOT NULL REFERENCES people,
    at        timestamptz NOT NULL
);
CREATE INDEX day_note_reads_of ON sensitive.day_note_reads (note_id);
ALTER TABLE sensitive.day_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE sensitive.day_note_reads ENABLE ROW LEVEL SECURITY;
CREATE POLICY day_notes_access ON sensitive.day_notes TO bursar_access USING (true) WITH CHECK (true);
CREATE POLICY day_notes_trainer ON sensitive.day_notes FOR SELECT TO bursar_trainer
    USING (block_id IN (SELECT taught_blocks()) AND enrolment_id IN (SELECT taught_enrolments()));
CREATE POLICY day_note_reads_access ON sensitive.day_note_reads TO bursar_access USING (true) WITH CHECK (true);
CREATE POLICY day_note_reads_trainer ON sensitive.day_note_reads FOR INSERT TO bursar_trainer WITH CHECK (reader_id = sensitive.me());
GRANT USAGE ON SCHEMA sensitive TO bursar_trainer;
CREATE POLICY day_notes_worker ON sensitive.day_notes TO bursar_worker USING (true) WITH CHECK (true); -- forgets old ones; it reads no words
GRANT SELECT (id, day), INSERT, DELETE ON sensitive.day_notes TO bursar_worker;
GRANT SELECT, INSERT, DELETE ON sensitive.day_notes TO bursar_access;
GRANT USAGE ON SEQUENCE sensitive.day_notes_id_seq TO bursar_access, bursar_worker;
GRANT SELECT ON sensitive.day_notes TO bursar_trainer;
GRANT SELECT, INSERT ON sensitive.day_note_reads TO bursar_access;
GRANT INSERT ON sensitive.day_note_reads TO bursar_trainer;

-- Whoever a note is about reads it, and who has read it.
CREATE POLICY day_notes_own ON sensitive.day_notes FOR SELECT TO bursar_learner
    USING (EXISTS (SELECT FROM enrolments e WHERE e.id = enrolment_id AND e.person_id = sensitive.me()));
CREATE POLICY day_note_reads_own ON sensitive.day_note_reads FOR SELECT TO bursar_learner
    USING (EXISTS (SELECT FROM sensitive.day_notes d WHERE d.id = note_id));
GRANT SELECT ON sensitive.day_notes, sensitive.day_note_reads TO bursar_learner;
