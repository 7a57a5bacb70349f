-- What somebody on the staff looks for in a list again and again, under a name of their own.
CREATE TABLE saved_filters (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES people,
    list       text NOT NULL CONSTRAINT saved_filters_list CHECK (list IN ('people', 'places', 'organisations')),
    name       text NOT NULL CONSTRAINT saved_filters_name CHECK (length(name) BETWEEN 1 AND 60),
    query      text NOT NULL CONSTRAINT saved_filters_query CHECK (length(query) BETWEEN 1 AND 1000),
    created_at timestamptz NOT NULL,
    CONSTRAINT saved_filters_named_once UNIQUE (person_id, list, name)
);
GRANT SELECT, INSERT, DELETE ON saved_filters TO bursar_app;

-- What staff wrote to many people at once, by the key that the page made up: what is sent twice goes out once.
CREATE TABLE circulars (
    key   text PRIMARY KEY CONSTRAINT circulars_key CHECK (key ~ '^[A-Z0-9]{26}$'),
    by_id bigint NOT NULL REFERENCES people,
    at    timestamptz NOT NULL,
    mails integer NOT NULL CONSTRAINT circulars_mails CHECK (mails > 0)
);
GRANT SELECT, INSERT ON circulars TO bursar_app;

-- The list of all places by how they stand, those whose name is missing, and emails that could not be sent.
CREATE INDEX enrolments_by_status ON enrolments (status, id);
CREATE INDEX enrolments_unnamed ON enrolments (id) WHERE person_id IS NULL AND team_booking_id IS NOT NULL AND status IN ('held', 'confirmed');
CREATE INDEX mails_failed ON mails (created_at) WHERE status = 'failed';
